import type { Detector } from '../../detectors/detector.ts'
import type { Alert } from '../../schemas/alert.ts'
import type { KeyValue } from '../memory/key-value.ts'
import { alertId } from '../shard/alerts.ts'
import type { Store } from '../store/store.ts'
import { alertsInMemory, alertsInStore, digestOf, isLive } from './digest.ts'
import { balances, ledgerOf } from './ledger.ts'

/** One thing that was checked: what should be, and what is. */
export interface Check {
  readonly name: string
  readonly expected: string
  readonly found: string
  readonly ok: boolean
}

export interface Verification {
  readonly ok: boolean
  readonly checks: readonly Check[]
  readonly alert_digest: string
  readonly alerts: number
  readonly retracted: number
}

type Counts = Readonly<Record<string, number>>

/**
 * Reconciles every count that the product keeps: what was read with what was stored, refused and recognised; what was
 * stored with what every detector judged; memory with the store; and re-computes the identity of every alert.
 */
export async function verify(store: Store, memory: KeyValue, detectors: readonly Detector[]): Promise<Verification> {
  const inMemory = [...alertsInMemory(memory)]
  const inStore = await alertsInStore(store)
  const live = inStore.filter(isLive)
  const checks = [
    ...(await checkOffsets(store)),
    ...(await checkRows(store)),
    ...(await checkJudgements(store, detectors)),
    ...(await checkLog(store, inStore)),
    ...checkAlerts(inMemory, inStore, detectors),
  ]
  return {
    ok: checks.every(({ ok }) => ok),
    checks,
    alert_digest: digestOf(live),
    alerts: live.length,
    retracted: live.filter(({ status }) => status === 'retracted').length,
  }
}

function check(name: string, expected: string | number, found: string | number): Check {
  return { name, expected: String(expected), found: String(found), ok: String(expected) === String(found) }
}

async function counts(store: Store, sql: string): Promise<Counts> {
  const [row] = await store.query<Record<string, string | number>>(sql, {})
  return Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]))
}

async function checkOffsets(store: Store): Promise<Check[]> {
  const sums = await counts(
    store,
    'SELECT sum(events) AS events, sum(stored) AS stored, sum(duplicates) AS duplicates, sum(dead_letters) AS dead_letters FROM batch',
  )
  const gaps = await counts(
    store,
    `SELECT countIf(previous != 0 AND first_offset != previous AND first_offset != 0) AS gaps FROM (
       SELECT first_offset, lagInFrame(last_offset + 1) OVER (PARTITION BY source, partition ORDER BY batch) AS previous FROM batch)`,
  )
  const { events, stored, duplicates, dead_letters } = sums as Record<string, number>
  return [
    check('events = stored + duplicates + dead letters', events!, stored! + duplicates! + dead_letters!),
    check('gaps between batches', 0, gaps.gaps ?? 0),
  ]
}

async function checkRows(store: Store): Promise<Check[]> {
  const [batches, events, settlements, lines, letters] = await Promise.all([
    counts(store, 'SELECT sum(stored) AS stored, sum(dead_letters) AS dead_letters FROM batch'),
    counts(store, `SELECT count() AS n, countIf(kind = 'settlement') AS settlements FROM raw_event`),
    counts(store, 'SELECT count() AS n, sum(line_count) AS lines FROM settlement'),
    counts(store, 'SELECT count() AS n FROM fee_line'),
    counts(store, 'SELECT count() AS n FROM dead_letter'),
  ])
  return [
    check('stored events', batches.stored!, events.n!),
    check('stored settlements', events.settlements!, settlements.n!),
    check('stored fee lines', settlements.lines!, lines.n!),
    check('stored dead letters', batches.dead_letters!, letters.n!),
  ]
}

/** Every settlement was judged, or skipped with a reason, by every detector that hears settlements alone. */
async function checkJudgements(store: Store, detectors: readonly Detector[]): Promise<Check[]> {
  const { n } = await counts(store, 'SELECT count() AS n FROM settlement')
  const rows = await store.query<{ detector_id: string; part: string; n: string }>(
    'SELECT detector_id, part, sum(judged) + sum(skipped) AS n FROM judgement GROUP BY detector_id, part',
    {},
  )
  const told = new Map(rows.map((row) => [`${row.detector_id}:${row.part}`, Number(row.n)]))
  const hearing = detectors.flatMap((detector) =>
    detector.parts.filter(({ on }) => on.length === 1 && on[0] === 'settlement').map((part) => `${detector.id}:${part.name}`),
  )
  return hearing.map((name) => check(`settlements judged or skipped by ${name.replace(/:$/, '')}`, n!, told.get(name) ?? 0))
}

/** The ordered log has every number once, and every alert's revisions from 1 on. */
async function checkLog(store: Store, alerts: readonly Alert[]): Promise<Check[]> {
  const log = await counts(
    store,
    'SELECT count() AS n, uniqExact(seq) AS distinct, max(seq) AS last, uniqExact(alert_id) AS alerts FROM alert_log',
  )
  const revisions = alerts.reduce((sum, { revision }) => sum + revision, 0)
  return [
    check('revisions in the log', revisions, log.n!),
    check('distinct numbers in the log', log.n!, log.distinct!),
    check('last number of the log', log.n!, log.last!),
    check('alerts in the log', alerts.length, log.alerts!),
  ]
}

function checkAlerts(inMemory: readonly Alert[], inStore: readonly Alert[], detectors: readonly Detector[]): Check[] {
  const byId = new Map(detectors.map((detector) => [detector.id, detector]))
  const wrong = inStore.filter(({ alert_id, detector_id, detector_version, subject_type, subject_id, bucket }) => {
    const detector = byId.get(detector_id)
    if (!detector) return false
    const same = { ...detector, version: detector_version }
    return alertId(same, { subject: { type: subject_type, id: subject_id }, bucket }) !== alert_id
  })
  const unbalanced = ledgerOf(inStore).filter((row) => !balances(row))
  return [
    check('alerts of memory and store', digestOf(inMemory), digestOf(inStore)),
    check('alert ids that differ when re-computed', 0, wrong.length),
    check('ledger rows that do not balance', 0, unbalanced.length),
  ]
}
