import type { Instant } from '../../schemas/time.ts'
import type { KeyValue } from '../memory/key-value.ts'

/** A range that was about to be written when the process died, if it did. A recovery repeats exactly this range. */
export interface Intent {
  readonly source: string
  readonly partition: number
  readonly first: number
  readonly last: number
  readonly batch: number
  /** The arrival clock of the first attempt: the repetition must judge alike. */
  readonly now: Instant
  readonly replayable: boolean
  /** Clocks of which there was more to come (`Told`), where that alone is what was heard. */
  readonly reading?: readonly string[]
  /** Where known history begins (`Told`), where that alone is what was heard. */
  readonly since?: Instant
}

/**
 * Where several processes may come to own a memory, what is about to be heard is noted outside of all of them first.
 * Whoever owns it no longer cannot note anything, and so writes nothing.
 */
export interface History {
  append(intent: Intent): Promise<void>
}

/** What the shard is told between events, and must be told again in its place when history is judged anew. */
export type Told =
  /** Of exactly these clocks there is more to come. */
  | { readonly reading: readonly string[] }
  /** Time of the earliest event that waited at the source. */
  | { readonly since: Instant }
  /** Somebody has let a detector speak again that had exceeded its budget. */
  | { readonly lifted: string }

const TOLD = 'm|told'

/** Where each source stands: the next offset, and the intent that was not fulfilled. */
export class Journal {
  readonly #memory: KeyValue
  readonly #intents = new Map<string, Intent>()
  readonly #next = new Map<string, number>()
  /** Batches that a crash left unfinished and that will be repeated. */
  readonly #unfinished = new Set<number>()
  /** Told since the last batch that has a row of its own. */
  #told: readonly Told[]
  /** How many of them the batch that is being written carries. */
  #carried = 0
  #batch: number
  readonly #history: History | undefined

  /** @param after the first batch has the next number, where memory knows of none */
  constructor(memory: KeyValue, { after = 0, history }: { readonly after?: number; readonly history?: History } = {}) {
    this.#memory = memory
    this.#history = history
    for (const [key, value] of memory.scan('m|next|')) this.#next.set(key.slice('m|next|'.length), read(value))
    for (const [key, value] of memory.scan('m|intent|')) this.#intents.set(key.slice('m|intent|'.length), read(value))
    const told = memory.get(TOLD)
    this.#told = told ? read(told) : []
    const stored = memory.get('m|batch')
    this.#batch = stored ? read(stored) : after
    for (const { batch } of this.#intents.values()) {
      this.#batch = Math.max(this.#batch, batch)
      this.#unfinished.add(batch)
    }
  }

  /** The offset after the last committed one, if the source has been read before. */
  nextOf(source: string, partition: number): number | undefined {
    return this.#next.get(name(source, partition))
  }

  intentOf(source: string, partition: number): Intent | undefined {
    return this.#intents.get(name(source, partition))
  }

  /** Until what a crash left unfinished was repeated, nothing else may come before it. */
  get isRecovering(): boolean {
    return this.#unfinished.size > 0
  }

  get intents(): readonly Intent[] {
    return [...this.#intents.values()]
  }

  get told(): readonly Told[] {
    return this.#told
  }

  /** Notes what the shard was told; it goes into the record with the next batch. To be committed with what it has changed. */
  tell(told: Told): Map<string, Uint8Array | null> {
    this.#told = [...this.#told, told]
    return new Map([[TOLD, write(this.#told)]])
  }

  /** Says durably what is about to be written. A range that repeats an intent keeps its batch number. */
  async intend(range: Omit<Intent, 'batch'>): Promise<Intent> {
    if (this.#history) return this.#append(this.#history, range)
    const key = name(range.source, range.partition)
    const before = this.#intents.get(key)
    if (before && before.first === range.first && before.last === range.last) return before
    const intent = { ...range, batch: ++this.#batch }
    this.#intents.set(key, intent)
    await this.#memory.commit(new Map([[`m|intent|${key}`, write(intent)]]))
    return intent
  }

  /** A range that history knows already. */
  repeat(intent: Intent): Intent {
    this.#batch = intent.batch
    return intent
  }

  async #append(history: History, range: Omit<Intent, 'batch'>): Promise<Intent> {
    const intent = { ...range, batch: this.#batch + 1 }
    await history.append(intent)
    this.#batch = intent.batch
    return intent
  }

  /** Whether history is kept outside: then it knows everything that was heard, be there anything to store of it or not. */
  get hasHistory(): boolean {
    return this.#history !== undefined
  }

  /** The changes that fulfil an intent; committed together with the memory of its batch. */
  fulfil(intent: Intent): Map<string, Uint8Array | null> {
    const key = name(intent.source, intent.partition)
    this.#carried = this.#told.length
    return new Map<string, Uint8Array | null>([
      ...(intent.last < intent.first ? [] : [[`m|next|${key}`, write(intent.last + 1)] as const]),
      [`m|intent|${key}`, null],
      ['m|batch', write(intent.batch)],
      [TOLD, null],
    ])
  }

  fulfilled(intent: Intent): void {
    this.#unfinished.delete(intent.batch)
    const key = name(intent.source, intent.partition)
    this.#intents.delete(key)
    this.#told = this.#told.slice(this.#carried)
    if (intent.last >= intent.first) this.#next.set(key, intent.last + 1)
  }

  /** Gives an intent up; its rows have been removed from the store. The next batch takes another number. */
  async abandon(intent: Intent): Promise<void> {
    this.#unfinished.delete(intent.batch)
    const key = name(intent.source, intent.partition)
    this.#intents.delete(key)
    await this.#memory.commit(
      new Map<string, Uint8Array | null>([
        [`m|intent|${key}`, null],
        ['m|batch', write(this.#batch)],
      ]),
    )
  }

  /** Forgets how far the source was read: it will be read from its beginning. */
  async rewind(source: string, partition: number): Promise<void> {
    const key = name(source, partition)
    this.#next.delete(key)
    await this.#memory.commit(new Map([[`m|next|${key}`, null]]))
  }
}

function name(source: string, partition: number): string {
  return `${source}|${partition}`
}

function read<T>(value: Uint8Array): T {
  return JSON.parse(Buffer.from(value).toString()) as T
}

function write(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value))
}
