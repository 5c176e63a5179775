import type { Message } from 'node-rdkafka'
import { FundwatchError } from '../../schemas/errors.ts'
import { type SourceChunk, toldAgain } from '../engine/chunk.ts'
import type { Engine } from '../engine/engine.ts'
import type { Intent, Round } from '../engine/journal.ts'
import { nameOf, type Partition, type Position } from '../source/inbox.ts'
import { TOPICS } from '../source/kafka.ts'
import type { KafkaClient } from '../source/kafka-client.ts'
import { eventsOf, isOfKafka, placeOf } from '../source/kafka-range.ts'
import { chunkUntil } from '../source/run-chunks.ts'
import { MAILBOX } from '../topics.ts'
import { mailChunk } from './mail.ts'

export interface CatchUp {
  /** What the slice has heard since its memory was last written here. */
  readonly rounds: readonly Round[]
  /** Number of the last batch that memory knows. */
  readonly known: number
  /** Whether it is still worth while: the rest may be heard another time, or by others. */
  readonly isWanted?: () => boolean
}

/**
 * Lets the engine hear again what a slice has heard. Of all rounds but the last it is known that they were stored and told, for
 * the next one is not begun before.
 *
 * @throws FundwatchError HISTORY_INCOMPLETE where the topics do not go back so far
 */
export async function catchUp(
  engine: Engine,
  client: KafkaClient,
  { rounds, known, isWanted = () => true }: CatchUp,
): Promise<void> {
  const first = rounds[0]?.[0]
  if (!first) return
  if (first.batch !== known + 1) throw incomplete(`batch ${known + 1} of the slice's history`)
  const backlog = await Backlog.open(client, rounds.flat())
  for (const round of rounds) {
    if (!isWanted()) break
    const isDone = round !== rounds.at(-1)
    const chunks: SourceChunk[] = []
    for (const entry of round) {
      chunks.push({ ...(await chunkOf(entry, backlog)), repeats: { batch: entry.batch, now: entry.now, isDone } })
    }
    await engine.submitTogether(chunks)
  }
  await engine.drain()
}

async function chunkOf(entry: Intent, backlog: Backlog): Promise<SourceChunk> {
  if (!isOfKafka(entry.source)) return toldAgain(entry)
  const place = placeOf(entry)
  const messages = await backlog.take(place, entry.last)
  if (place.topic === MAILBOX) return mailChunk(entry.partition, messages)
  return eventsOf(place, chunkUntil({ ...place, offset: entry.first, messages }, entry.last))
}

/** Messages of one partition that may wait until their range has its turn. */
const WAITING = 2_000
const POLL = 250

/** Several partitions read side by side, each handed out range by range. */
class Backlog {
  readonly #client: KafkaClient
  readonly #queues: ReadonlyMap<string, Queue>

  private constructor(client: KafkaClient, starts: readonly Position[]) {
    this.#client = client
    this.#queues = new Map(
      starts.map((start) => [nameOf(start), { place: start, messages: [], isPaused: false, next: start.offset }]),
    )
  }

  static async open(client: KafkaClient, entries: readonly Intent[]): Promise<Backlog> {
    const starts = new Map<string, Position>()
    const lasts = new Map<string, number>()
    for (const entry of entries) {
      if (!isOfKafka(entry.source)) continue
      const place = placeOf(entry)
      if (!starts.has(nameOf(place))) starts.set(nameOf(place), { ...place, offset: entry.first })
      lasts.set(nameOf(place), entry.last)
    }
    for (const start of starts.values()) {
      const { low, high } = await client.boundsOf(start)
      // Of a compacted topic the rows that hold are there, wherever it begins.
      const isKept = low <= start.offset || start.topic === TOPICS.referenceTopic
      if (!isKept || high <= lasts.get(nameOf(start))!) throw incomplete(`offset ${start.offset} of ${nameOf(start)}`)
    }
    client.assign([...starts.values()])
    return new Backlog(client, [...starts.values()])
  }

  /** The partition's messages from where it was left up to this offset. */
  async take(place: Partition, last: number): Promise<Message[]> {
    const queue = this.#queues.get(nameOf(place))!
    while (queue.next <= last) await this.#fill(queue)
    const later = queue.messages.findIndex(({ offset }) => offset > last)
    return queue.messages.splice(0, later < 0 ? queue.messages.length : later)
  }

  async #fill(wanted: Queue): Promise<void> {
    this.#pause(wanted)
    const { messages, ends } = await this.#client.poll(POLL)
    for (const message of messages) {
      const queue = this.#queues.get(nameOf(message))!
      queue.messages.push(message)
      queue.next = message.offset + 1
    }
    for (const end of ends) this.#queues.get(nameOf(end))!.next = end.offset
  }

  #pause(wanted: Queue): void {
    for (const queue of this.#queues.values()) {
      const isPaused = queue !== wanted && queue.messages.length >= WAITING
      if (isPaused === queue.isPaused) continue
      if (isPaused) this.#client.pause([queue.place])
      else this.#client.resume([queue.place])
      queue.isPaused = isPaused
    }
  }
}

interface Queue {
  readonly place: Partition
  readonly messages: Message[]
  isPaused: boolean
  /** Everything before this offset was read. */
  next: number
}

function incomplete(what: string): FundwatchError {
  return new FundwatchError('HISTORY_INCOMPLETE', `Memory cannot be made anew: ${what} is there no longer.`)
}
