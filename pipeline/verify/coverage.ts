import type { Store } from '../store/store.ts'

/** What became of the events of one partition of a source, in a range of offsets. */
export interface PartitionCoverage {
  readonly source: string
  readonly partition: number
  readonly first: number
  readonly last: number
  readonly batches: number
  readonly events: number
  readonly stored: number
  readonly duplicates: number
  readonly dead_letters: number
}

/** What a part of a detector did with the events of the same range. */
export interface PartCoverage {
  readonly detector_id: string
  readonly part: string
  readonly judged: number
  /** By reason. */
  readonly skipped: Readonly<Record<string, number>>
}

export interface Coverage {
  readonly partitions: readonly PartitionCoverage[]
  readonly parts: readonly PartCoverage[]
}

/** Offsets of a source, both ends included; absent ends reach as far as there is. */
export interface Range {
  readonly source?: string
  readonly partition?: number
  readonly from?: number
  readonly to?: number
}

/**
 * The proof for a range: every offset was stored, was a duplicate or became a dead letter, and every detector judged or
 * skipped what it listens to. Told by whole batches: those that the range touches.
 */
export async function coverageOf(store: Store, range: Range = {}): Promise<Coverage> {
  const { source = '', partition = -1, from = 0, to = Number.MAX_SAFE_INTEGER } = range
  const where = `({source:String} = '' OR source = {source:String}) AND ({partition:Int32} < 0 OR partition = {partition:Int32})
    AND last_offset >= {from:Int64} AND first_offset <= {to:Int64}`
  const params = { source, partition, from, to }
  const partitions = await store.query<PartitionCoverage>(
    `SELECT source, partition, toFloat64(min(first_offset)) AS first, toFloat64(max(last_offset)) AS last,
       toFloat64(count()) AS batches, toFloat64(sum(b.events)) AS events, toFloat64(sum(b.stored)) AS stored,
       toFloat64(sum(b.duplicates)) AS duplicates, toFloat64(sum(b.dead_letters)) AS dead_letters
     FROM batch AS b WHERE ${where} GROUP BY source, partition ORDER BY source, partition`,
    params,
  )
  const rows = await store.query<{ detector_id: string; part: string; reason: string; judged: number; skipped: number }>(
    `SELECT detector_id, part, skip_reason AS reason, toFloat64(sum(j.judged)) AS judged, toFloat64(sum(j.skipped)) AS skipped
     FROM judgement AS j WHERE j.batch IN (SELECT batch FROM batch WHERE ${where})
     GROUP BY detector_id, part, skip_reason HAVING judged + skipped > 0 ORDER BY detector_id, part, skip_reason`,
    params,
  )
  const parts = new Map<string, { detector_id: string; part: string; judged: number; skipped: Record<string, number> }>()
  for (const { detector_id, part, reason, judged, skipped } of rows) {
    const known = parts.get(`${detector_id}:${part}`) ?? { detector_id, part, judged: 0, skipped: {} }
    known.judged += judged
    if (reason !== '') known.skipped[reason] = skipped
    parts.set(`${detector_id}:${part}`, known)
  }
  return { partitions, parts: [...parts.values()] }
}
