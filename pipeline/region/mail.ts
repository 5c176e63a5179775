import type { Message } from 'node-rdkafka'
import { NO_EVENTS, type SourceChunk } from '../engine/chunk.ts'
import type { Lift, Mail } from '../shard/parcel.ts'
import { DESK } from '../shard/slices.ts'
import type { Outgoing } from '../sink/kafka-producer.ts'
import { sourceOf } from '../source/kafka-range.ts'
import { MAILBOX } from '../topics.ts'

/** Consecutive messages of a slice's mailbox as one range. */
export function mailChunk(slice: number, messages: readonly Message[]): SourceChunk {
  const mail = messages.map(({ value }) => JSON.parse(value!.toString()) as Mail)
  const place = { topic: MAILBOX, partition: slice }
  return { ...NO_EVENTS, source: sourceOf(place), partition: slice, first: messages[0]!.offset, replayable: true, mail }
}

/** Lets a detector that had exceeded its budget speak again: its alerts are counted at the desk, and so is this noted in its history. */
export function liftMessage(detector_id: string): Outgoing {
  return { topic: MAILBOX, partition: DESK, value: Buffer.from(JSON.stringify({ lift: detector_id } satisfies Lift)) }
}
