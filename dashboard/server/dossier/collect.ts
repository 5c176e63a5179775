import { createHash } from 'node:crypto'
import type { Alert } from '../../../schemas/alert.ts'
import { formatInstant } from '../../../schemas/time.ts'
import type { Caller } from '../access/caller.ts'
import { maskNumber, personsOf } from '../alerts/mask.ts'
import type { Database } from '../database/database.ts'
import type { Records } from '../ports.ts'
import { attachmentsOf } from '../workflow/attachments.ts'
import type { Cases } from '../workflow/cases.ts'
import type { Desk } from '../workflow/desk.ts'
import { readHolds } from '../workflow/holds.ts'
import { readWork } from '../workflow/work.ts'
import { historyOf } from '../workflow/work-told.ts'
import type { Dossier } from './dossier.ts'

const FORMAT = 2
/** Identities of the detectors rest on these fields; whoever has the package can compute them again. */
const IDENTITY =
  'first 32 hex digits of SHA-256 over detector_id, detector_version, subject_type, subject_id, bucket joined by NUL'

interface RawEvent {
  readonly kind: string
  readonly id: string
  readonly raw: string
}

interface ReferenceRow {
  readonly table: string
  readonly id: string
  readonly row: string
  readonly effective_from: string | null
  readonly effective_to: string | null
  readonly deleted: boolean
}

/**
 * Everything that a case rests on, as one document: the events as they were stored, the reference rows in force, detectors
 * with their versions and parameters, articles, decisions, and the hash of each part. Replaying the events and reference rows
 * through the same version of the program finds the same again. Without a reason persons are masked.
 */
export async function collectDossier(
  desk: Desk,
  cases: Cases,
  caller: Caller,
  caseId: string,
  reason: string,
): Promise<{ dossier: Dossier; persons: number }> {
  const { database, records, now } = desk.parts
  const file = await cases.one(caller, caseId)
  const members = await cases.members(caller, caseId)
  const at = now()
  const alerts = members.map(({ alert }) => alert)
  const ids = alerts.map(({ alert_id }) => alert_id)
  const chain = await chainHead(database)
  const events = await eventsOf(records, alerts)
  const references = await referencesOf(records, events, alerts)
  const recoverable = ids.length > 0 ? await desk.parts.alerts.recoverable(ids) : new Map<string, number>()
  const decisions = await Promise.all(
    ids.map(async (alert_id) => ({
      alert_id,
      recoverable_amt: recoverable.get(alert_id) ?? 0,
      situation: (await readWork(database, alert_id))?.situation ?? null,
      history: await historyOf(database, 'alert', alert_id, ALL),
      holds: await readHolds(database, [alert_id]),
    })),
  )
  const parts = {
    alerts,
    inputs: events.map(({ kind, id, raw }) => ({ kind, id, event: JSON.parse(raw) as Record<string, unknown> })),
    reference: references.map(({ row, ...rest }) => ({
      kind: 'reference',
      ...rest,
      row: JSON.parse(row || '{}') as Record<string, unknown>,
    })),
    detectors: await detectorsOf(records, alerts),
    decisions,
    attachments: await attachmentsOf(database, ids),
    case_history: await historyOf(database, 'case', caseId, ALL),
    chain,
  }
  const persons = new Set(alerts.flatMap((alert) => [...personsOf(alert)]))
  for (const { raw } of events)
    for (const [, person] of raw.matchAll(/"(?:psn_no|mulaid_psn_no)":"([^"]+)"/g)) persons.add(person!)
  const isMasked = reason === ''
  const shown = isMasked ? masked(parts, persons) : parts
  const hashes = Object.fromEntries(Object.entries(shown).map(([name, part]) => [name, hashOf(part)]))
  const dossier = {
    format: FORMAT,
    made: formatInstant(at),
    made_by: caller.username,
    reason,
    case: isMasked ? file : { ...file, subject_id: alerts[0]?.subject_id ?? file.subject_id },
    identity: IDENTITY,
    masked: isMasked,
    ...shown,
    hashes,
    hash: hashOf(hashes),
  }
  return { dossier, persons: isMasked ? 0 : persons.size }
}

/** A dossier holds the whole history, however long. */
const ALL = 1_000_000

/** The end of the record before the dossier was taken. */
async function chainHead(database: Database): Promise<{ n: number; hash: string }> {
  const [head] = await database.query<{ n: number; hash: string }>('SELECT n, hash FROM audit_head')
  return { n: head!.n, hash: head!.hash }
}

/** The catalogue entries of the versions that judged: titles, basis, and each parameter with its source. */
async function detectorsOf(records: Records, alerts: readonly Alert[]): Promise<Dossier['detectors']> {
  const wanted = [...new Set(alerts.map(({ detector_id, detector_version }) => `${detector_id} ${detector_version}`))].sort()
  if (wanted.length === 0) return []
  const rows = await records.query<{ row: string }>(
    `SELECT row FROM detector_catalogue FINAL WHERE concat(id, ' ', toString(version)) IN ({wanted:Array(String)})
     ORDER BY id, version`,
    { wanted },
  )
  return rows.map(({ row }) => JSON.parse(row) as Dossier['detectors'][number])
}

const SAID_BY = '(SELECT max(batch) FROM alert FINAL WHERE has({alerts:Array(String)}, alert_id))'

/**
 * The settlements that the alerts name, everything else of the persons among their subjects, and the admissions and
 * discharges of the stays: as far as it had arrived when the last of the alerts was said.
 */
async function eventsOf(records: Records, alerts: readonly Alert[]): Promise<RawEvent[]> {
  const params = {
    named: [...new Set(alerts.flatMap(({ setl_ids }) => setl_ids))],
    persons: alerts.flatMap(({ subject_type, subject_id }) => (subject_type === 'person' ? [subject_id] : [])),
    alerts: alerts.map(({ alert_id }) => alert_id),
  }
  const theirs = `SELECT setl_id FROM settlement WHERE psn_no IN ({persons:Array(String)}) AND batch <= ${SAID_BY}`
  const events = await records.query<RawEvent>(
    `SELECT kind, id, raw FROM raw_event WHERE id IN ({named:Array(String)}) OR (id IN (${theirs}) AND batch <= ${SAID_BY})
     ORDER BY kind, id`,
    params,
  )
  const stays = events.flatMap(({ raw }) => /"mdtrt_id":"([^"]+)"/.exec(raw)?.[1] ?? [])
  if (stays.length === 0) return events
  const staying = await records.query<RawEvent>(
    `SELECT kind, id, raw FROM raw_event WHERE id IN ({stays:Array(String)}) AND batch <= ${SAID_BY} ORDER BY kind, id`,
    { stays: [...new Set(stays)], alerts: params.alerts },
  )
  return [...events, ...staying]
}

/** What was known of everything that the events name, up to the batch in which the last of the alerts was said. */
async function referencesOf(
  records: Records,
  events: readonly RawEvent[],
  alerts: readonly { readonly alert_id: string }[],
): Promise<ReferenceRow[]> {
  const time = (column: string) => `formatDateTime(${column}, '%Y-%m-%dT%H:%i:%S+08:00', 'Asia/Shanghai') AS ${column}`
  return records.query<ReferenceRow>(
    `SELECT table, id, row, ${time('effective_from')}, ${time('effective_to')}, deleted FROM reference_row
     WHERE (id IN ({codes:Array(String)}) OR hasAny(extractAll(row, '"([^"]+)"'), {codes:Array(String)}))
       AND batch <= ${SAID_BY}
     ORDER BY version`,
    { codes: codesIn(events), alerts: alerts.map(({ alert_id }) => alert_id) },
  )
}

/** The same parts with every person's number masked: they show what was found, and are no input to a computation. */
function masked<T>(parts: T, persons: ReadonlySet<string>): T {
  if (persons.size === 0) return parts
  const names = [...persons].map((number) => number.replace(/[^0-9A-Za-z]/g, '\\$&')).join('|')
  const whole = new RegExp(`(?<![0-9A-Za-z])(?:${names})(?![0-9A-Za-z])`, 'g')
  return JSON.parse(JSON.stringify(parts).replace(whole, maskNumber)) as T
}

function hashOf(part: unknown): string {
  return createHash('sha256').update(JSON.stringify(part)).digest('hex')
}

/** Codes of items, diseases, groups, institutions, persons and doctors in the events; every hospital has the same departments. */
function codesIn(events: readonly RawEvent[]): string[] {
  const codes = new Set<string>()
  for (const { raw } of events) {
    for (const [, code] of raw.matchAll(/"(?!\w*dept)\w*(?:codg|code|psn_no)":"([^"]+)"/g)) codes.add(code!)
  }
  return [...codes]
}
