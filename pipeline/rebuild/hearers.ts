import type { Detector } from '../../detectors/detector.ts'
import type { KeyValue } from '../memory/key-value.ts'
import type { Store } from '../store/store.ts'

/** Since when a detector hears all that comes, and whether it knows what came before. */
export interface Hearer {
  /** The last batch that it was not judged by; 0 where it has judged them all. */
  readonly since: number
  readonly isWarm: boolean
}

/** By id and version: a new version has heard nothing. */
type Hearers = Readonly<Record<string, Hearer>>

const HEARD = 'm|heard'

/**
 * The detectors that need history to judge and have not heard it: new ones, new versions, and those that did not run for a
 * time. A detector without memory needs none.
 */
export async function unheard(memory: KeyValue, store: Store, detectors: readonly Detector[]): Promise<Detector[]> {
  if (!memory.get('m|batch')) return []
  const known = await hearersIn(memory, store, detectors)
  return detectors.filter((detector) => remembers(detector) && !known[nameOf(detector)]?.isWarm)
}

/** From now on exactly these detectors hear all that comes. Whoever is not here now will have missed something. */
export async function noteHearers(
  memory: KeyValue,
  store: Store,
  detectors: readonly Detector[],
  missed: readonly Detector[],
): Promise<void> {
  const known = await hearersIn(memory, store, detectors)
  const batch = memory.get('m|batch')
  const since = batch ? Number(Buffer.from(batch).toString()) : 0
  const hearers = detectors.map((detector) => {
    const { since: before = since } = known[nameOf(detector)] ?? {}
    return [nameOf(detector), { since: before, isWarm: !missed.includes(detector) } satisfies Hearer] as const
  })
  await memory.commit(new Map([[HEARD, Buffer.from(JSON.stringify(Object.fromEntries(hearers)))]]))
}

/** By id: the last batch that a detector was not judged by. */
export async function hearingSince(
  memory: KeyValue,
  store: Store,
  detectors: readonly Detector[],
): Promise<ReadonlyMap<string, number>> {
  const known = await hearersIn(memory, store, detectors)
  return new Map(detectors.map((detector) => [detector.id, known[nameOf(detector)]?.since ?? 0]))
}

async function hearersIn(memory: KeyValue, store: Store, detectors: readonly Detector[]): Promise<Hearers> {
  const stored = memory.get(HEARD)
  if (stored) return JSON.parse(Buffer.from(stored).toString()) as Hearers
  // Memory was lost, or is of a release that noted nothing: the record tells who has judged since when.
  const rows = await store.query<{ detector_id: string; first: number }>(
    'SELECT detector_id, toFloat64(min(j.batch)) AS first FROM judgement AS j GROUP BY detector_id',
  )
  const first = new Map(rows.map((row) => [row.detector_id, row.first]))
  const judging = detectors.filter(({ id }) => first.has(id))
  return Object.fromEntries(judging.map((detector) => [nameOf(detector), { since: first.get(detector.id)! - 1, isWarm: true }]))
}

function remembers({ parts }: Detector): boolean {
  return parts.some(({ memoryless }) => !memoryless)
}

function nameOf({ id, version }: Detector): string {
  return `${id}@${version}`
}
