import type { Message } from 'node-rdkafka'
import { NO_EVENTS, type SourceChunk } from '../engine/chunk.ts'
import type { Parcel } from '../shard/parcel.ts'
import { sourceOf } from '../source/kafka-range.ts'
import { MAILBOX } from '../topics.ts'

/** Consecutive messages of a slice's mailbox as one range. */
export function mailChunk(slice: number, messages: readonly Message[]): SourceChunk {
  const parcels = messages.map(({ value }) => JSON.parse(value!.toString()) as Parcel)
  const place = { topic: MAILBOX, partition: slice }
  return { ...NO_EVENTS, source: sourceOf(place), partition: slice, first: messages[0]!.offset, replayable: true, parcels }
}
