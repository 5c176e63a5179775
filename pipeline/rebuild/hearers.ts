import type { Detector } from '../../detectors/detector.ts'
import type { Instant } from '../../schemas/time.ts'
import type { KeyValue } from '../memory/key-value.ts'
import { fromAfter, type Hearer, type Hearers, hearerName, hearersChange, hearersIn } from '../shard/beginnings.ts'
import { lastEventIn } from '../shard/shard.ts'
import type { Store } from '../store/store.ts'

/**
 * The detectors that need history to judge and have not heard it: new ones, new versions, and those that did not run for a
 * time. A detector without memory needs none.
 */
export async function unheard(memory: KeyValue, store: Store, detectors: readonly Detector[]): Promise<Detector[]> {
  if (!memory.get('m|batch')) return []
  const known = await hearersOf(memory, store, detectors)
  return detectors.filter((detector) => remembers(detector) && !known[hearerName(detector)]?.isWarm)
}

/** Who has just heard from the record, and the last batch of each slice of which. */
export interface Warmed {
  readonly detectors: readonly Detector[]
  readonly upto: readonly number[]
}

/**
 * From now on exactly these detectors hear all that comes. Whoever is not here now will have missed something, and for those
 * that have missed something history begins now, or when it did for them before.
 */
export async function noteHearers(
  memory: KeyValue,
  store: Store,
  detectors: readonly Detector[],
  missed: readonly Detector[],
  warmed?: Warmed,
): Promise<void> {
  const known = await hearersOf(memory, store, detectors)
  const batch = memory.get('m|batch')
  const since = batch ? Number(Buffer.from(batch).toString()) : 0
  const last = lastEventIn(memory)
  const now: Instant | undefined = last === undefined ? undefined : fromAfter(last)
  const hearers = detectors.map((detector) => {
    const before = known[hearerName(detector)]
    const isWarm = !missed.includes(detector)
    const from = isWarm ? undefined : (before?.from ?? now)
    const upto = warmed?.detectors.includes(detector) ? warmed.upto : before?.upto
    return [hearerName(detector), { since: before?.since ?? since, isWarm, from, upto } satisfies Hearer] as const
  })
  await memory.commit([hearersChange(Object.fromEntries(hearers))])
}

/** By id: the last batch that was not judged by a detector; where there are slices, of each of them. */
export type Since = ReadonlyMap<string, readonly number[]>

export async function hearingSince(memory: KeyValue, store: Store, detectors: readonly Detector[]): Promise<Since> {
  const known = await hearersOf(memory, store, detectors)
  return new Map(detectors.map((detector) => [detector.id, [known[hearerName(detector)]?.since ?? 0]]))
}

async function hearersOf(memory: KeyValue, store: Store, detectors: readonly Detector[]): Promise<Hearers> {
  const noted = hearersIn(memory)
  if (noted) return noted
  // Memory was lost, or is of a release that noted nothing: the record tells who has judged since when.
  const rows = await store.query<{ detector_id: string; first: number }>(
    'SELECT detector_id, toFloat64(min(j.batch)) AS first FROM judgement AS j GROUP BY detector_id',
  )
  const first = new Map(rows.map((row) => [row.detector_id, row.first]))
  const judging = detectors.filter(({ id }) => first.has(id))
  return Object.fromEntries(
    judging.map((detector) => [hearerName(detector), { since: first.get(detector.id)! - 1, isWarm: true }]),
  )
}

function remembers({ parts }: Detector): boolean {
  return parts.some(({ memoryless }) => !memoryless)
}
