import type { Message } from 'node-rdkafka'
import type { SourceChunk } from '../engine/chunk.ts'
import type { Intent } from '../engine/journal.ts'
import { nameOf } from './inbox.ts'
import type { KafkaClient } from './kafka-client.ts'
import { eventsOf, placeOf } from './kafka-range.ts'
import { chunkUntil } from './run-chunks.ts'

/** A range with the same messages as the first time; `undefined` where some offset holds none: it may have held one. */
export async function readAgain(
  client: KafkaClient,
  { source, partition, first, last }: Intent,
): Promise<SourceChunk | undefined> {
  const place = placeOf({ source, partition })
  const known = await client.partitionsOf(place.topic)
  if (!known.some((other) => nameOf(other) === nameOf(place))) return undefined
  client.assign([{ ...place, offset: first }])
  const messages: Message[] = []
  let hasEnded = false
  while (!hasEnded && messages.length <= last - first) {
    const polled = await client.poll(last - first + 1 - messages.length)
    messages.push(...polled.messages)
    hasEnded = polled.ends.length > 0
  }
  const isWhole = messages.length === last - first + 1 && messages[0]?.offset === first && messages.at(-1)?.offset === last
  return isWhole ? eventsOf(place, chunkUntil({ ...place, offset: first, messages }, last)) : undefined
}
