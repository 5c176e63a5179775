import type { Message } from 'node-rdkafka'
import { nameOf, type Partition, type Run } from './inbox.ts'
import type { KafkaClient } from './kafka-client.ts'

/** So many messages of each are looked at: the first to be written is not always the first to have happened. */
const ENOUGH = 100
const POLL = 250

/** What lies first in each partition that is not empty. The client reads them from now on. */
export async function firstOf(client: KafkaClient, partitions: readonly Partition[], isStopped: () => boolean): Promise<Run[]> {
  const starts = await Promise.all(partitions.map(async (place) => ({ ...place, offset: (await client.boundsOf(place)).low })))
  const seen = new Map<string, Message[]>(starts.map((start) => [nameOf(start), []]))
  const open = new Set(seen.keys())
  client.assign(starts)
  while (open.size > 0 && !isStopped()) {
    const { messages, ends } = await client.poll(POLL)
    for (const message of messages) {
      const known = seen.get(nameOf(message))!
      if (known.length < ENOUGH) known.push(message)
      if (known.length === ENOUGH) open.delete(nameOf(message))
    }
    for (const end of ends) open.delete(nameOf(end))
  }
  return starts.flatMap((start) => {
    const messages = seen.get(nameOf(start))!
    return messages.length > 0 ? [{ ...start, offset: messages[0]!.offset, messages }] : []
  })
}
