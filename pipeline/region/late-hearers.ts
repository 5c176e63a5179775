import type { Detector } from '../../detectors/detector.ts'
import type { KeyValue } from '../memory/key-value.ts'
import type { Since } from '../rebuild/hearers.ts'
import { hearersIn } from '../shard/beginnings.ts'
import { BATCHES } from '../shard/slices.ts'
import type { Store } from '../store/store.ts'

/** Stands in the record where a reason would, with nothing judged and nothing skipped: what comes after this batch is judged. */
const BEGINS = 'BEGINS'

/**
 * Notes in the record which detectors come to a slice, of which it had no version until now: its memory is nobody else's to look
 * into. To be called before memory knows of them.
 * @param last the last batch that was heard without them
 */
export async function noteLateHearers(
  store: Store,
  memory: KeyValue,
  detectors: readonly Detector[],
  last: number | undefined,
): Promise<void> {
  if (last === undefined) return
  const hearers = hearersIn(memory)
  const known = hearers ? new Set(Object.keys(hearers).map((name) => name.split('@', 1)[0])) : await judgingBefore(store)
  for (const { id } of detectors.filter((detector) => !known.has(detector.id))) {
    const row = { batch: last, detector_id: id, part: '', judged: 0, skip_reason: BEGINS, skipped: 0 }
    await store.insertRows('judgement', [row], { token: `${BEGINS} ${id} ${last}` })
  }
}

/** Ids of those that have judged in some slice before they came to it as new ones; for a slice whose memory was lost. */
async function judgingBefore(store: Store): Promise<ReadonlySet<string | undefined>> {
  const rows = await store.query<{ detector_id: string }>(
    `SELECT detector_id, maxIf(j.batch, skip_reason = {begins:String}) AS begun,
       minIf(j.batch, skip_reason != {begins:String}) AS judged, countIf(skip_reason != {begins:String}) AS rows
     FROM judgement AS j GROUP BY detector_id, intDiv(j.batch, {size:UInt64}) HAVING rows > 0 AND (begun = 0 OR judged < begun)`,
    { size: BATCHES, begins: BEGINS },
  )
  return new Set(rows.map(({ detector_id }) => detector_id))
}

/** Since when each detector judges, by the record alone. */
export async function judgingSince(store: Store, detectors: readonly Detector[]): Promise<Since> {
  const slices = await store.query<{ slice: number }>(
    'SELECT DISTINCT toUInt32(intDiv(b.batch, {size:UInt64})) AS slice FROM batch AS b ORDER BY slice',
    { size: BATCHES },
  )
  const rows = await store.query<{ detector_id: string; slice: number; last: number }>(
    `SELECT detector_id, toUInt32(intDiv(j.batch, {size:UInt64})) AS slice, toFloat64(max(j.batch)) AS last
     FROM judgement AS j WHERE skip_reason = {begins:String} GROUP BY detector_id, slice`,
    { size: BATCHES, begins: BEGINS },
  )
  const late = new Map(rows.map(({ detector_id, slice, last }) => [`${detector_id} ${slice}`, last]))
  return new Map(detectors.map(({ id }) => [id, slices.map(({ slice }) => late.get(`${id} ${slice}`) ?? slice * BATCHES)]))
}
