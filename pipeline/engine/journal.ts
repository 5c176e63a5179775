import type { Instant } from '../../schemas/time.ts'
import type { KeyValue } from '../memory/key-value.ts'

/** A range that is about to be written. Where the process dies meanwhile, a recovery repeats exactly this range. */
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
 * Ranges that become durable together, in the order in which they are judged. Their batches have consecutive numbers, and
 * what repeats one of them repeats all: what is stored of them is known by what is in all of them.
 */
export type Round = readonly Intent[]

/**
 * Where several processes may come to own a memory, what is about to be heard is noted outside of all of them first.
 * Whoever owns it no longer cannot note anything, and so writes nothing.
 */
export interface History {
  append(round: Round): Promise<void>
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
/** Below this lies what is about to be written; once each source had an entry of its own. */
export const INTENTS = 'm|intent|'
const ROUND = `${INTENTS}round`

/** Where each source stands: the next offset, and the round that was not finished. */
export class Journal {
  readonly #memory: KeyValue
  /** What is about to be written, or was when the process died. */
  #round: Round
  /** A crash has left it unfinished, and it will be repeated. */
  #isLeft: boolean
  readonly #next = new Map<string, number>()
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
    const left = [...memory.scan(INTENTS)].flatMap(([, value]) => read<Intent | Intent[]>(value))
    this.#round = left.sort((a, b) => a.batch - b.batch)
    this.#isLeft = left.length > 0
    const told = memory.get(TOLD)
    this.#told = told ? read(told) : []
    const stored = memory.get('m|batch')
    this.#batch = stored ? read(stored) : after
    this.#batch = Math.max(this.#batch, this.#round.at(-1)?.batch ?? 0)
  }

  /** The offset after the last committed one, if the source has been read before. */
  nextOf(source: string, partition: number): number | undefined {
    return this.#next.get(nameOf({ source, partition }))
  }

  /** What a crash left unfinished of a source that hands over one range at a time, if it begins at this offset. */
  leftOf(source: string, partition: number, first: number): Intent | undefined {
    const [left, ...others] = this.#isLeft ? this.#round : []
    const isIt = left?.source === source && left.partition === partition && left.first === first
    return isIt && others.length === 0 ? left : undefined
  }

  /** Until what a crash left unfinished was repeated, nothing else may come before it. */
  get isRecovering(): boolean {
    return this.#isLeft
  }

  /** The ranges that are not finished. */
  get round(): Round {
    return this.#round
  }

  /** Number of the last batch that was begun. */
  get batch(): number {
    return this.#batch
  }

  get told(): readonly Told[] {
    return this.#told
  }

  /** Notes what the shard was told; it goes into the record with the next batch. To be committed with what it has changed. */
  tell(...told: readonly Told[]): Map<string, Uint8Array | null> {
    if (told.length === 0) return new Map()
    this.#told = [...this.#told, ...told]
    return new Map([[TOLD, write(this.#told)]])
  }

  /** Says durably what is about to be written. */
  async intend(ranges: readonly Omit<Intent, 'batch'>[]): Promise<Round> {
    if (this.#isLeft) throw new Error('What a crash left unfinished has to be repeated first.')
    const round = ranges.map((range, i) => ({ ...range, batch: this.#batch + 1 + i }))
    if (this.#history) await this.#history.append(round)
    else await this.#memory.commit(new Map([[ROUND, write(round)]]))
    this.#round = round
    this.#batch += round.length
    return round
  }

  /** A round that was said before. */
  repeat(round: Round): Round {
    this.#round = round
    this.#batch = round.at(-1)!.batch
    return round
  }

  /** Whether history is kept outside: then it knows everything that was heard, be there anything to store of it or not. */
  get hasHistory(): boolean {
    return this.#history !== undefined
  }

  /** The changes that finish a round; committed together with the memory of its batches. */
  finish(round: Round): Map<string, Uint8Array | null> {
    this.#carried = this.#told.length
    return new Map<string, Uint8Array | null>([
      ...round.filter(isOfEvents).map((range) => [`m|next|${nameOf(range)}`, write(range.last + 1)] as const),
      ...this.#noneLeft(),
      ['m|batch', write(round.at(-1)!.batch)],
      [TOLD, null],
    ])
  }

  finished(round: Round): void {
    this.#round = []
    this.#isLeft = false
    this.#told = this.#told.slice(this.#carried)
    for (const range of round.filter(isOfEvents)) this.#next.set(nameOf(range), range.last + 1)
  }

  /**
   * Gives up what a crash left unfinished. Where that is cut off itself, the round is still given up: what was removed once
   * does not come back under the same token. The next batch takes another number.
   *
   * @param forget removes the rows of batches from the store
   */
  async abandon(forget: (batches: readonly number[]) => Promise<void>): Promise<void> {
    if (this.#round.length === 0) return
    const givenUp = this.#round.map((range) => ({ ...range, replayable: false }))
    await this.#memory.commit(new Map<string, Uint8Array | null>([...this.#noneLeft(), [ROUND, write(givenUp)]]))
    await forget(givenUp.map(({ batch }) => batch))
    await this.#memory.commit(new Map<string, Uint8Array | null>([...this.#noneLeft(), ['m|batch', write(this.#batch)]]))
    this.#round = []
    this.#isLeft = false
  }

  *#noneLeft(): Generator<readonly [string, null]> {
    if (this.#isLeft) for (const [key] of this.#memory.scan(INTENTS)) yield [key, null]
    yield [ROUND, null]
  }

  /** Forgets how far the source was read: it will be read from its beginning. */
  async rewind(source: string, partition: number): Promise<void> {
    const key = nameOf({ source, partition })
    this.#next.delete(key)
    await this.#memory.commit(new Map([[`m|next|${key}`, null]]))
  }
}

function nameOf({ source, partition }: Pick<Intent, 'source' | 'partition'>): string {
  return `${source}|${partition}`
}

function isOfEvents({ first, last }: Intent): boolean {
  return last >= first
}

function read<T>(value: Uint8Array): T {
  return JSON.parse(Buffer.from(value).toString()) as T
}

function write(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value))
}
