import type { Detector } from '../../detectors/detector.ts'
import type { Alert } from '../../schemas/alert.ts'
import type { KeyValue } from '../memory/key-value.ts'
import { hearingSince, type Since } from '../rebuild/hearers.ts'
import { alertId } from '../shard/alerts.ts'
import { BATCHES } from '../shard/slices.ts'
import type { Store } from '../store/store.ts'
import type { Params } from '../store/transport.ts'
import { checkBatches, checkOffsets } from './batches.ts'
import { type BrokerBounds, checkBroker } from './broker.ts'
import { type Check, check } from './check.ts'
import { type Coverage, coverageOf, type Range } from './coverage.ts'
import { alertsInMemory, digestOf, isLive } from './digest.ts'
import { balances, ledgerOf } from './ledger.ts'

export interface Verification extends Coverage {
  readonly ok: boolean
  readonly checks: readonly Check[]
  readonly alert_digest: string
  readonly alerts: number
  readonly retracted: number
  /** Messages of Kafka that are not durable here yet; absent where no broker was asked, or none answered. */
  readonly lag?: number
}

export interface VerifyOptions {
  /** Since when detectors judge, where memory does not say. */
  readonly since?: Since
  /** Runs work while nothing is being written: on a running system, between two batches. */
  readonly between?: <T>(work: () => Promise<T>) => Promise<T>
  /** What the brokers hold; absent where none is to be asked or none answers. */
  readonly bounds?: readonly BrokerBounds[]
  /** Of what the coverage is told; all of it where absent. */
  readonly range?: Range
}

/** Memory at one moment. */
interface Remembered {
  readonly until: number
  readonly nexts: ReadonlyMap<string, number>
  readonly digest: string
}

/**
 * Reconciles every count that the product keeps: what the brokers hold with what was read, that with what was stored, refused
 * and recognised, and with what every detector judged; memory with the store; and re-computes the identity of every alert.
 * On a running system memory is looked at between two batches, and the record up to the last of these.
 */
export async function verify(
  store: Store,
  memory: KeyValue,
  detectors: readonly Detector[],
  { between = (work) => work(), bounds, range, since }: VerifyOptions = {},
): Promise<Verification> {
  const { until, nexts, digest } = await between(async () => remembered(memory))
  const inLog = await alertsInLog(store, until)
  const live = inLog.filter(isLive)
  const coverage = await coverageOf(store, range)
  const checks = [
    ...(await checkBatches(store, until)),
    ...(await checkOffsets(store, until, nexts)),
    ...(await checkJudgements(store, until, detectors, since ?? (await hearingSince(memory, store, detectors)))),
    ...(await checkLog(store, until, inLog)),
    ...checkAlerts(inLog, detectors),
    check('alerts of memory and store', digest, digestOf(inLog)),
    ...(bounds ? checkBroker(bounds, nexts, coverage.partitions) : []),
  ]
  return {
    ok: checks.every(({ ok }) => ok),
    checks,
    alert_digest: digestOf(live),
    alerts: live.length,
    retracted: live.filter(({ status }) => status === 'retracted').length,
    ...coverage,
    ...(bounds && { lag: lagOf(bounds, nexts) }),
  }
}

const NEXT = 'm|next|'

function remembered(memory: KeyValue): Remembered {
  const number = (value: Uint8Array) => Number(Buffer.from(value).toString())
  const batch = memory.get('m|batch')
  const nexts = [...memory.scan(NEXT)].map(([key, value]) => [key.slice(NEXT.length), number(value)] as const)
  return { until: batch ? number(batch) : 0, nexts: new Map(nexts), digest: digestOf(alertsInMemory(memory)) }
}

function lagOf(bounds: readonly BrokerBounds[], nexts: ReadonlyMap<string, number>): number {
  const lags = bounds.map(({ source, partition, low, high }) => high - Math.max(low, nexts.get(`${source}|${partition}`) ?? low))
  return lags.reduce((sum, lag) => sum + Math.max(0, lag), 0)
}

/** Every alert in the last revision that the log knew then. */
async function alertsInLog(store: Store, until: number): Promise<Alert[]> {
  const rows = await store.query<{ body: string }>(
    `SELECT argMax(body, revision) AS body FROM alert_log WHERE batch <= {until:UInt64} GROUP BY alert_id ORDER BY alert_id`,
    { until },
  )
  return rows.map(({ body }) => JSON.parse(body) as Alert)
}

async function counts(store: Store, sql: string, params: Params): Promise<Readonly<Record<string, number>>> {
  const [row] = await store.query<Record<string, string | number>>(sql, params)
  return Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]))
}

/** Every settlement was judged, or skipped with a reason, by every detector that hears settlements alone, since it runs. */
async function checkJudgements(store: Store, until: number, detectors: readonly Detector[], since: Since): Promise<Check[]> {
  const told = new Map<string, number>()
  const settled = new Map<string, number>()
  for (const begins of new Map([...since.values()].map((begins) => [begins.join(), begins])).values()) {
    // Each slice has numbers of its own, and one process has those of the first.
    const judged = `batch <= {until:UInt64} AND arrayExists(b -> batch > b AND batch <= (intDiv(b, {size:UInt64}) + 1) * {size:UInt64}, {begins:Array(UInt64)})`
    const params = { begins, until, size: BATCHES }
    const { n } = await counts(store, `SELECT count() AS n FROM settlement WHERE ${judged}`, params)
    settled.set(begins.join(), n!)
    const rows = await store.query<{ detector_id: string; part: string; n: string }>(
      `SELECT detector_id, part, sum(judged) + sum(skipped) AS n FROM judgement WHERE ${judged} GROUP BY detector_id, part`,
      params,
    )
    for (const row of rows)
      if (since.get(row.detector_id)?.join() === begins.join()) told.set(`${row.detector_id}:${row.part}`, Number(row.n))
  }
  return detectors.flatMap(({ id, parts }) => {
    const begins = since.get(id)!
    const hearing = parts.filter(({ on }) => on.length === 1 && on[0] === 'settlement').map(({ name }) => `${id}:${name}`)
    const late = begins.filter((begin) => begin % BATCHES > 0)
    const from = late.length > 0 ? ` since batch ${late.join(', ')}` : ''
    return hearing.map((name) =>
      check(
        `settlements judged or skipped by ${name.replace(/:$/, '')}${from}`,
        settled.get(begins.join())!,
        told.get(name) ?? 0,
      ),
    )
  })
}

/** The ordered log has every number once, and every alert's revisions from 1 on; the table of alerts has their last. */
async function checkLog(store: Store, until: number, alerts: readonly Alert[]): Promise<Check[]> {
  const log = await counts(
    store,
    'SELECT count() AS n, uniqExact(seq) AS distinct, max(seq) AS last FROM alert_log WHERE batch <= {until:UInt64}',
    { until },
  )
  const table = await counts(
    store,
    `SELECT count() AS behind FROM (SELECT alert_id, max(revision) AS last FROM alert_log WHERE batch <= {until:UInt64} GROUP BY alert_id) AS l
     LEFT JOIN (SELECT alert_id, max(revision) AS last FROM alert GROUP BY alert_id) AS a ON a.alert_id = l.alert_id
     WHERE a.last < l.last`,
    { until },
  )
  const revisions = alerts.reduce((sum, { revision }) => sum + revision, 0)
  return [
    check('revisions in the log', revisions, log.n!),
    check('distinct numbers in the log', log.n!, log.distinct!),
    check('last number of the log', log.n!, log.last!),
    check('alerts of the log that the table lacks or knows in an older revision', 0, table.behind ?? 0),
  ]
}

function checkAlerts(inLog: readonly Alert[], detectors: readonly Detector[]): Check[] {
  const byId = new Map(detectors.map((detector) => [detector.id, detector]))
  const wrong = inLog.filter(({ alert_id, detector_id, detector_version, subject_type, subject_id, bucket }) => {
    const detector = byId.get(detector_id)
    if (!detector) return false
    const same = { ...detector, version: detector_version }
    return alertId(same, { subject: { type: subject_type, id: subject_id }, bucket }) !== alert_id
  })
  const unbalanced = ledgerOf(inLog).filter((row) => !balances(row))
  return [
    check('alert ids that differ when re-computed', 0, wrong.length),
    check('ledger rows that do not balance', 0, unbalanced.length),
  ]
}
