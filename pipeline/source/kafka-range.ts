import type { SourceChunk } from '../engine/chunk.ts'
import { nameOf, type Partition } from './inbox.ts'
import type { PlacedChunk } from './run-chunks.ts'

/** Stands before the topic where the journal names a source. */
const PREFIX = 'kafka:'

/** Whether a journal's source is a topic, whose unfinished ranges will be repeated. */
export function isOfKafka(source: string): boolean {
  return source.startsWith(PREFIX)
}

export function sourceOf({ topic }: Pick<Partition, 'topic'>): string {
  return `${PREFIX}${topic}`
}

/** The partition that a range is of. */
export function placeOf({ source, partition }: Pick<SourceChunk, 'source' | 'partition'>): Partition {
  return { topic: source.slice(PREFIX.length), partition }
}

/** Each partition has a clock of its own. */
export function clockOf(partition: Partition): string {
  return `${PREFIX}${nameOf(partition)}`
}

/** Messages of a partition as a range of events. */
export function eventsOf(place: Partition, chunk: PlacedChunk): SourceChunk {
  return { ...chunk, source: sourceOf(place), partition: place.partition, replayable: true, clock: clockOf(place) }
}
