import { createHash } from 'node:crypto'
import { formatInstant } from '../../../schemas/time.ts'
import type { Caller } from '../access/caller.ts'
import { maskNumber, personsOf } from '../alerts/mask.ts'
import { attachmentsOf } from './attachments.ts'
import { audit } from './audit.ts'
import type { Cases } from './cases.ts'
import type { Desk } from './desk.ts'
import { readHolds } from './holds.ts'
import { readWork } from './work.ts'
import { historyOf } from './work-told.ts'

const FORMAT = 1
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
  readonly version: string
}

/**
 * Everything that a case rests on, as one document: the events as they were stored, the reference rows in force, detectors
 * with their versions and parameters, articles, decisions, and the hash of each part. Replaying the events and reference rows
 * through the same version of the program finds the same again.
 */
export async function dossierOf(
  desk: Desk,
  cases: Cases,
  caller: Caller,
  caseId: string,
  { reason = '', address }: { reason?: string; address: string },
) {
  const { database, records, now } = desk.parts
  const file = await cases.one(caller, caseId)
  const members = await cases.members(caller, caseId)
  const at = now()
  const alerts = members.map(({ alert }) => alert)
  const setlIds = [...new Set(alerts.flatMap(({ setl_ids }) => setl_ids))]
  const events = await records.query<RawEvent>(
    'SELECT kind, id, raw FROM raw_event WHERE id IN ({ids:Array(String)}) ORDER BY kind, id',
    { ids: setlIds },
  )
  const references = await records.query<ReferenceRow>(
    `SELECT table, id, row, toString(version) AS version FROM reference_row
     WHERE hasAny(splitByNonAlpha(row), {codes:Array(String)}) OR id IN ({codes:Array(String)}) ORDER BY table, id, version`,
    { codes: codesIn(events) },
  )
  const decisions = await Promise.all(
    alerts.map(async (alert) => ({
      alert_id: alert.alert_id,
      situation: (await readWork(database, alert.alert_id))?.situation ?? null,
      history: await historyOf(database, 'alert', alert.alert_id),
      holds: await readHolds(database, [alert.alert_id]),
    })),
  )
  const attachments = await attachmentsOf(
    database,
    alerts.map(({ alert_id }) => alert_id),
  )
  const parts = {
    alerts,
    inputs: events.map(({ kind, id, raw }) => ({ kind, id, event: JSON.parse(raw) as unknown })),
    reference: references.map(({ row, ...rest }) => ({ ...rest, row: JSON.parse(row || '{}') as unknown })),
    decisions,
    attachments,
    case_history: await historyOf(database, 'case', caseId),
  }
  const persons = new Set(alerts.flatMap((alert) => [...personsOf(alert)]))
  for (const { raw } of events)
    for (const [, person] of raw.matchAll(/"(?:psn_no|mulaid_psn_no)":"([^"]+)"/g)) persons.add(person!)
  const shown = reason === '' ? masked(parts, persons) : parts
  const hashes = Object.fromEntries(Object.entries(shown).map(([name, part]) => [name, hashOf(part)]))
  const entry = { at, actor: caller.username, address, object_type: 'case', object_id: caseId, purpose: reason }
  await database.transaction((sql) =>
    audit(sql, [{ ...entry, action: 'dossier', detail: { persons: reason === '' ? 0 : persons.size, hashes } }]),
  )
  return {
    format: FORMAT,
    made: formatInstant(at),
    made_by: caller.username,
    case: file,
    identity: IDENTITY,
    masked: reason === '',
    ...shown,
    hashes,
    hash: hashOf(hashes),
  }
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

/** Codes of items, institutions, persons and doctors in the events: what knowledge about them was in force. */
function codesIn(events: readonly RawEvent[]): string[] {
  const codes = new Set<string>()
  for (const { raw } of events) {
    for (const [, code] of raw.matchAll(/"(?:med_list_codg|fixmedins_code|psn_no|bilg_dr_codg)":"([^"]+)"/g)) codes.add(code!)
  }
  return [...codes]
}
