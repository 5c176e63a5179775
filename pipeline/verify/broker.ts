import { type Check, check } from './check.ts'
import type { PartitionCoverage } from './coverage.ts'

/** What a broker holds of a partition. */
export interface BrokerBounds {
  readonly source: string
  readonly partition: number
  /** The first offset that is still there, and the one after the last. */
  readonly low: number
  readonly high: number
}

/**
 * Reconciles what the broker holds with what was read. What was not read yet is lag and no fault; what the broker has dropped
 * before it was read is lost, and what it never had cannot have been read.
 *
 * @param nexts by `source|partition`: the offset after the last that is durable here
 */
export function checkBroker(
  bounds: readonly BrokerBounds[],
  nexts: ReadonlyMap<string, number>,
  partitions: readonly PartitionCoverage[],
): Check[] {
  const dropped = bounds.filter(({ low, ...place }) => low > (nexts.get(nameOf(place)) ?? low))
  const beyond = bounds.filter(({ high, ...place }) => high < (nexts.get(nameOf(place)) ?? 0))
  const held = new Set(bounds.map(nameOf))
  const gone = partitions.filter((place) => place.source.startsWith('kafka:') && !held.has(nameOf(place)))
  return [
    check('partitions of which the broker dropped messages before they were read', '', dropped.map(nameOf).join(', ')),
    check('partitions that end before what was read of them: topics made anew', '', beyond.map(nameOf).join(', ')),
    check('partitions that were read and that the broker does not know', '', gone.map(nameOf).join(', ')),
  ]
}

function nameOf({ source, partition }: { readonly source: string; readonly partition: number }): string {
  return `${source}|${partition}`
}
