import { once } from 'node:events'
import { createWriteStream, statSync } from 'node:fs'
import { Standings } from '../../../dashboard/server/workflow/standings.ts'
import { chunkOfHeartbeat } from '../../../pipeline/engine/chunk.ts'
import { LOCAL_CLOCK, replayFile } from '../../../pipeline/source/replay.ts'
import { newTotals, type Totals } from '../../../pipeline/source/totals.ts'
import { alertsInStore, digestOf, isAlert, isLive } from '../../../pipeline/verify/digest.ts'
import type { Alert } from '../../../schemas/alert.ts'
import { FundwatchError } from '../../../schemas/errors.ts'
import { yuan } from '../../../schemas/money.ts'
import { readRecoverable } from '../../../schemas/recoverable.ts'
import { DAY } from '../../../schemas/time.ts'
import { watchPeak } from '../services/memory-use.ts'
import type { Pipeline } from '../services/pipeline.ts'

export interface ReplayInput {
  readonly files: readonly string[]
  readonly out?: string
  readonly rate?: number
  readonly resume: boolean
  readonly drain: boolean
}

export type ReplaySummary = Totals & {
  readonly alerts: number
  readonly retracted: number
  readonly seconds: number
  readonly settlements_per_second: number
  readonly fee_lines_per_second: number
  readonly peak_rss_mb: number
  readonly alert_digest: string
}

/** Time that `--drain` lets pass after the last event, so that every waiting verdict is spoken. */
export const DRAIN = 8 * DAY
/** So many bytes are judged and stored together at most. */
export const REPLAY_BYTES = 24 * 1024 * 1024

/** Replays files in order and sums up what the data directory then holds. */
export async function replay(
  pipeline: Pipeline,
  input: ReplayInput,
  onProgress: (events: number, share?: number) => void,
  standardInput?: AsyncIterable<Uint8Array>,
): Promise<ReplaySummary> {
  if (standardInput && input.out === '-')
    throw new FundwatchError('OUT_UNREACHABLE', 'The running process cannot write to your standard output: name a file.')
  const { engine, memory, store, config, workflow } = pipeline
  const peak = watchPeak()
  const begun = performance.now()
  const totals = newTotals()
  const shareRead = sharesOf(input.files)
  const size = { lines: config.batch_lines, bytes: REPLAY_BYTES }
  for (const file of input.files) {
    const before = totals.events
    const { resume, rate } = input
    const done = await replayFile(file, engine, memory, {
      resume,
      rate,
      size,
      standardInput,
      onProgress: ({ events }) => onProgress(before + events, shareRead()),
      onRead: shareRead,
    })
    for (const name of Object.keys(totals) as (keyof Totals)[]) totals[name] += done[name]
  }
  if (input.drain) await letTimePass(pipeline)
  const seconds = (performance.now() - begun) / 1_000
  const alerts = await alertsInStore(store)
  const live = alerts.filter(isLive)
  if (input.out) await writeRows(input.out, await withWork(workflow, await withMoney(store, alerts.filter(isAlert))))
  return {
    ...totals,
    alerts: live.length,
    retracted: live.filter(({ status }) => status === 'retracted').length,
    seconds: Number(seconds.toFixed(3)),
    settlements_per_second: Math.round(totals.settlements / seconds),
    fee_lines_per_second: Math.round(totals.fee_lines / seconds),
    peak_rss_mb: peak.stop(),
    alert_digest: digestOf(live),
  }
}

/** How much of the files was read, from 0 to 1; nobody knows how much standard input will bring. */
export function sharesOf(files: readonly string[]): (bytes?: number) => number | undefined {
  if (files.includes('-')) return () => undefined
  const whole = files.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0)
  let read = 0
  return (bytes = 0) => {
    read += bytes
    return whole > 0 ? Math.min(1, read / whole) : undefined
  }
}

/** A heartbeat of eight days after the last event. It is not an event of the file and is counted nowhere. */
export async function letTimePass({ engine }: Pipeline): Promise<void> {
  const { lastEvent } = engine.shard
  if (!Number.isFinite(lastEvent)) return
  const source = 'drain'
  const chunk = chunkOfHeartbeat(lastEvent + DRAIN)
  const first = engine.journal.nextOf(source, 0) ?? 0
  const { done } = await engine.submit({ ...chunk, source, partition: 0, first, replayable: false, clock: LOCAL_CLOCK })
  await done
}

/** What each may recover is computed when it is read (contract, section 2, "Money"). */
async function withMoney(store: Pipeline['store'], alerts: readonly Alert[]): Promise<Alert[]> {
  const amounts = await readRecoverable((sql, params) => store.query(sql, params))
  return alerts.map((alert) => ({ ...alert, recoverable_amt: yuan(amounts.get(alert.alert_id) ?? 0) }))
}

/** And how far people are with each, which the workflow knows where there is one. */
async function withWork(workflow: Pipeline['workflow'], alerts: readonly Alert[]): Promise<object[]> {
  const standings = workflow.exists() ? await Standings.load(await workflow.database()) : new Standings()
  return alerts.map((alert) => {
    const { state, state_version, owner } = standings.of(alert)
    return { ...alert, state, state_version, owner }
  })
}

async function writeRows(path: string, rows: readonly object[]): Promise<void> {
  const out = path === '-' ? process.stdout : createWriteStream(path)
  for (const row of rows) if (!out.write(`${JSON.stringify(row)}\n`)) await once(out, 'drain')
  if (out === process.stdout) return
  out.end()
  await once(out, 'finish')
}
