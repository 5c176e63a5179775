import type { Message } from 'node-rdkafka'
import type { ChunkSize } from './lines.ts'

export interface Partition {
  readonly topic: string
  readonly partition: number
}

/** A place in a partition: of its next message, or of its end. */
export interface Position extends Partition {
  readonly offset: number
}

/** Consecutive messages of one partition, from `offset` on; offsets that hold none, as after compaction, are left out. */
export interface Run extends Position {
  readonly messages: readonly Message[]
}

/** Messages written within this time may be handed on in any order, milliseconds: half of the allowed disorder. */
const SAME_TIME = 5 * 60_000

export function nameOf({ topic, partition }: Partition): string {
  return `${topic}:${partition}`
}

/**
 * Messages that were read and not yet handed on. Nothing is said about order between partitions, but a backlog must come as
 * it came when it was new: partitions are merged by the time at which their messages were written, and none is handed on
 * before every partition has spoken of that time or has no more.
 */
export class Inbox {
  readonly #queues: Map<string, Queue>
  readonly #size: ChunkSize
  /** Everything written until then was handed on. */
  #taken = Number.NEGATIVE_INFINITY

  /**
   * @param positions where each partition begins to be read
   * @param size how much of one partition may wait
   */
  constructor(positions: readonly Position[], size: ChunkSize) {
    this.#queues = new Map(positions.map((position) => [nameOf(position), new Queue(position)]))
    this.#size = size
  }

  add(message: Message): void {
    this.#queues.get(nameOf(message))!.add(message)
  }

  /** The partition has nothing at or beyond this offset, for now. */
  end(position: Position): void {
    this.#queues.get(nameOf(position))!.end(position.offset)
  }

  /** What may be handed on: at most one run of each partition, the earliest first. */
  take(): Run[] {
    const queues = [...this.#queues.values()]
    const earliest = Math.min(...queues.map(({ head }) => head))
    const spoken = Math.min(...queues.map((queue) => (queue.hasEnded ? Number.POSITIVE_INFINITY : queue.latest)))
    this.#taken = Math.min(earliest + SAME_TIME, spoken)
    const ready = queues.filter(({ length, head }) => length > 0 && head <= this.#taken).sort((a, b) => a.head - b.head)
    return ready.map((queue) => queue.takeUntil(this.#taken))
  }

  /** Partitions of which, for all that is known, more was written at the time of what was last handed on. */
  get speaking(): Partition[] {
    return this.#where(({ length, head, hasEnded }) => (length > 0 ? head <= this.#taken + SAME_TIME : !hasEnded))
  }

  /** Partitions of which as much waits as may. */
  get full(): Partition[] {
    const { lines, bytes } = this.#size
    return this.#where((queue) => queue.length >= lines || queue.bytes >= bytes)
  }

  /** Partitions of which so little waits that more is welcome. */
  get hungry(): Partition[] {
    const { lines, bytes } = this.#size
    return this.#where((queue) => queue.length <= lines / 2 && queue.bytes <= bytes / 2)
  }

  /** Everything was read and handed on. */
  get isExhausted(): boolean {
    return [...this.#queues.values()].every(({ hasEnded, length }) => hasEnded && length === 0)
  }

  get places(): Partition[] {
    return this.#where(() => true)
  }

  #where(holds: (queue: Queue) => boolean): Partition[] {
    return [...this.#queues.values()].filter(holds).map(({ place }) => place)
  }
}

class Queue {
  readonly place: Partition
  bytes = 0
  /** Time of the latest message ever read. */
  latest = Number.NEGATIVE_INFINITY
  #messages: Message[] = []
  #nextTaken: number
  #nextRead: number
  #end: number | undefined

  constructor({ topic, partition, offset }: Position) {
    this.place = { topic, partition }
    this.#nextTaken = offset
    this.#nextRead = offset
  }

  get length(): number {
    return this.#messages.length
  }

  get hasEnded(): boolean {
    return this.#end !== undefined && this.#end >= this.#nextRead
  }

  /** Time of the next message; never, where there is none. */
  get head(): number {
    const [message] = this.#messages
    return message ? timeOf(message) : Number.POSITIVE_INFINITY
  }

  add(message: Message): void {
    this.#messages.push(message)
    this.#nextRead = message.offset + 1
    this.bytes += message.size
    this.latest = Math.max(this.latest, timeOf(message))
  }

  end(offset: number): void {
    this.#end = offset
  }

  takeUntil(bound: number): Run {
    const later = this.#messages.findIndex((message) => timeOf(message) > bound)
    const messages = this.#messages.splice(0, later < 0 ? this.#messages.length : later)
    const run = { ...this.place, offset: this.#nextTaken, messages }
    this.#nextTaken = messages.at(-1)!.offset + 1
    for (const { size } of messages) this.bytes -= size
    return run
  }
}

/** A topic may note no times (an old format); its messages then come before all others. */
function timeOf({ timestamp }: Message): number {
  return timestamp ?? 0
}
