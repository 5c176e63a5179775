import type { Instant } from '../../schemas/time.ts'
import { chunkOfHeartbeat } from '../engine/chunk.ts'
import type { Told } from '../engine/journal.ts'
import { historyOf, type Past, type PastBatch } from '../rebuild/history.ts'
import { BATCHES, DESK } from '../shard/slices.ts'
import { DISORDER } from '../shard/watermark.ts'
import { TOPICS } from '../source/kafka.ts'
import { sourceOf } from '../source/kafka-range.ts'
import type { Store } from '../store/store.ts'

/** Of each slice the number of a batch. */
export type Batches = readonly number[]

/** What all slices have heard after some batches and up to others. */
export interface Stretch {
  readonly after: Batches
  readonly until: Batches
  /** No verdict is given beyond this time. */
  readonly verdicts: Instant
}

/** The last batch of each slice of which the record is whole. */
export async function recordedBatches(store: Store, slices: number): Promise<Batches> {
  const rows = await store.query<{ slice: number; last: number }>(
    'SELECT toUInt32(intDiv(b.batch, {size:UInt64})) AS slice, toFloat64(max(b.batch)) AS last FROM batch AS b GROUP BY slice',
    { size: BATCHES },
  )
  const last = new Map(rows.map((row) => [row.slice, row.last]))
  return Array.from({ length: slices }, (_, slice) => last.get(slice) ?? slice * BATCHES)
}

/**
 * The events that all slices have heard, as one process would have heard them: by the clock of their arrival, the desk's first,
 * for it alone has stored the reference rows that all have heard. Time waits for the slices whose history goes on.
 *
 * @throws FundwatchError HISTORY_INCOMPLETE
 */
export async function* regionHistoryOf(store: Store, { after, until, verdicts }: Stretch): AsyncGenerator<Past> {
  const clocks = await Promise.all(until.map((last, slice) => clocksOf(store, after[slice]!, last)))
  const readers = until.map((last, slice) => historyOf(store, after[slice]!, last, false))
  const reading = (): Told => ({ reading: [OWN_CLOCK, ...clocks.flat()] })
  const asHeard = (batch: PastBatch, slice: number): PastBatch => {
    const told = batch.told.flatMap((each): Told[] => {
      if ('since' in each) return [each]
      if (!('reading' in each)) return []
      clocks[slice] = each.reading
      return [reading()]
    })
    return { ...batch, told }
  }
  try {
    const heads = await Promise.all(readers.map(nextOf))
    yield timeSays(verdicts, reading())
    for (let slice = firstOf(heads); slice !== undefined; slice = firstOf(heads)) {
      const { batches, chunk } = heads[slice]!
      const heard = batches.map((batch) => asHeard(batch, slice!))
      yield { batches: heard, chunk }
      heads[slice] = await nextOf(readers[slice]!)
      if (heads[slice]) continue
      clocks[slice] = []
      yield timeSays(verdicts, reading())
    }
  } finally {
    await Promise.all(readers.map((reader) => reader.return(undefined)))
  }
}

async function nextOf(reader: AsyncIterator<Past>): Promise<Past | undefined> {
  const { value, done } = await reader.next()
  return done ? undefined : value
}

/** Whose next events came first; the desk's, unless all that is at hand of the other came before. */
function firstOf(heads: readonly (Past | undefined)[]): number | undefined {
  let first: number | undefined
  for (const [slice, head] of heads.entries()) {
    if (head && (first === undefined || head.batches[0]!.now < heads[first]!.batches[0]!.now)) first = slice
  }
  const desk = heads[DESK]
  return first !== undefined && desk && desk.batches[0]!.now <= heads[first]!.batches.at(-1)!.now ? DESK : first
}

/** What moves time in a slice: reference rows do not. */
async function clocksOf(store: Store, after: number, until: number): Promise<readonly string[]> {
  const rows = await store.query<{ clock: string }>(
    `SELECT DISTINCT clock FROM batch AS b
     WHERE b.batch > {after:UInt64} AND b.batch <= {until:UInt64} AND stored > 0 AND NOT startsWith(source, {reference:String})`,
    { after, until, reference: sourceOf({ topic: TOPICS.referenceTopic }) },
  )
  return rows.map(({ clock }) => clock)
}

const OWN_CLOCK = 'region'

/** A heartbeat of a clock that never rests: nothing passes beyond it. */
function timeSays(verdicts: Instant, reading: Told): Past {
  const chunk = chunkOfHeartbeat(verdicts + DISORDER)
  const batch = { batch: 0, source: OWN_CLOCK, partition: 0, last: 0, clock: OWN_CLOCK, now: verdicts, from: 0, events: 1 }
  return { batches: [{ ...batch, told: [reading] }], chunk }
}
