import { randomUUID } from 'node:crypto'
import type { Space, Told, Visit } from '../../detectors/detector.ts'
import type { Discharge } from '../../schemas/events.ts'
import type { Instant } from '../../schemas/time.ts'
import type { KeyValue } from '../memory/key-value.ts'
import type { StagedMemory } from '../memory/staged.ts'
import type { Word } from './alerts.ts'
import { Conductor, type Report } from './conductor.ts'
import { Draft, type Head } from './draft.ts'
import { type Outgoing, outboxKey } from './outbox.ts'
import type { Parcel } from './parcel.ts'
import type { RunningPart } from './parts.ts'
import type { Elsewhere } from './sayings.ts'
import { DESK, ownerOf, type Slices } from './slices.ts'
import { isSuppressible } from './suppression.ts'
import type { Traits } from './traits.ts'

/** How far the events that a slice reads have come. */
export interface Progress {
  readonly reached: Instant
  readonly resting: boolean
  readonly next: Instant | undefined
  readonly since: Instant | undefined
}

export interface Telling {
  /** The others have it already: only its numbers are used up. */
  readonly isTold?: boolean
  /** Number of the last batch that is told of, where batches are numbered. */
  readonly batch?: number
}

interface Stored {
  readonly life: string
  readonly sent: number[]
  readonly heard: number[]
  /** The life of each sender. */
  readonly lives: (string | null)[]
  readonly verdicts: Instant | null
  readonly reports: readonly (readonly Report[])[]
  readonly last: Report | null
}

const KEY = 'm|exchange'
/** Owners of one space that are known by heart. */
const KNOWN_OWNERS = 10_000

/**
 * What one slice tells the others and hears of them. Parcels are numbered for each receiver and committed with the memory
 * that made them; the receiver commits with its own memory how far it has heard. So each is heard once, in order, however
 * often it is sent: no transaction of Kafka's is needed.
 */
export class Exchange {
  readonly slices: Slices
  readonly #memory: StagedMemory
  readonly #traits: Traits
  readonly #conductor: Conductor | undefined
  readonly #life: string
  readonly #sent: number[]
  readonly #heard: number[]
  readonly #lives: (string | null)[]
  readonly #drafts: Draft[]
  /** Owners that were asked for lately. */
  readonly #owners = new Map<Space, Map<string, number>>()
  #verdicts: Instant
  #last: Report | null

  constructor(slices: Slices, memory: StagedMemory, traits: Traits) {
    const { index, count, life } = slices
    const stored = memory.get(KEY)
    const known = stored && (JSON.parse(Buffer.from(stored).toString()) as Stored)
    const none = <T>(value: T): T[] => Array.from({ length: count }, () => value)
    this.slices = slices
    this.#memory = memory
    this.#traits = traits
    this.#life = known?.life ?? life ?? randomUUID()
    this.#sent = known?.sent ?? none(0)
    this.#heard = known?.heard ?? none(0)
    this.#lives = known?.lives ?? none(null)
    this.#verdicts = known?.verdicts ?? Number.NEGATIVE_INFINITY
    this.#last = known?.last ?? null
    this.#conductor = index === DESK ? new Conductor(count, known?.reports) : undefined
    this.#drafts = Array.from({ length: count }, () => new Draft())
    if (this.#sent.length !== count) throw new Error(`This memory is of ${this.#sent.length} slices, not of ${count}.`)
  }

  /** Up to where verdicts may be given. */
  get at(): Instant {
    return this.#verdicts
  }

  get isDesk(): boolean {
    return this.slices.index === DESK
  }

  /** How many parcels have been made for others. */
  get made(): number {
    return this.#sent.reduce((sum, sent) => sum + sent, 0)
  }

  /** The slice that holds this memory. Nearly every part asks, and most ask of the same. */
  ownerOf(space: Space, root: string): number {
    const known = this.#owners.get(space)?.get(root)
    if (known !== undefined) return known
    const owner = ownerOf(space, root, this.slices.count)
    const owners = this.#owners.get(space)
    if (owners && owners.size < KNOWN_OWNERS) owners.set(root, owner)
    else this.#owners.set(space, new Map([[root, owner]]))
    return owner
  }

  owns(space: Space, root: string): boolean {
    return this.ownerOf(space, root) === this.slices.index
  }

  /** The part of another slice shall hear it, or take it back. */
  tell(running: RunningPart, said: Elsewhere): void {
    const draft = this.#drafts[this.ownerOf(running.part.space, said.root)]!
    if (said.heard.kind === 'told') this.#addGrounds(draft, said.heard)
    draft.address(running, said)
  }

  /** What explains findings away is known where the person's findings are, whichever partition it came through. */
  shareVisit(visit: Visit): void {
    if (!this.owns('person', visit.psn_no)) this.#drafts[this.ownerOf('person', visit.psn_no)]!.visit(visit)
  }

  shareEnd(discharge: Discharge): void {
    const owner = this.ownerOf('person', discharge.psn_no)
    if (owner !== this.slices.index) this.#drafts[owner]!.add({ kind: 'end', discharge })
  }

  /** What is to be filed at the desk. */
  file(word: Word): void {
    this.#drafts[DESK]!.add({ kind: 'word', word })
  }

  /** Takes note of a parcel; answers whether it is new. */
  accepts({ from, life, seq }: Parcel): boolean {
    const known = this.#lives[from]
    if (known && known !== life)
      throw new Error(`Slice ${from} has lost its memory and begun anew: slice ${this.slices.index} must too.`)
    const expected = this.#heard[from]! + 1
    if (seq < expected) return false
    if (seq > expected) throw new Error(`Parcel ${seq} of slice ${from} came, and ${expected} did not.`)
    this.#lives[from] = life
    this.#heard[from] = seq
    return true
  }

  /** The conductor hears how far a slice is, and says up to where verdicts may be given. */
  hear({ from, report, verdicts }: Parcel): void {
    if (report) this.#conductor?.note(from, report)
    if (verdicts !== undefined) this.#verdicts = Math.max(this.#verdicts, verdicts)
  }

  /** The conductor's own part: whether verdicts may be given up to a later time than before. */
  conduct(progress: Progress): boolean {
    if (!this.#conductor) return false
    this.#conductor.note(DESK, this.#report(progress, this.#sentAfterDrafts()))
    const verdicts = this.#conductor.decide(this.#verdicts)
    if (verdicts === this.#verdicts) return false
    this.#verdicts = verdicts
    for (const [to, draft] of this.#drafts.entries()) if (to !== DESK) draft.verdicts = verdicts
    return true
  }

  /** Closes what was told by these batches, and keeps it with the memory until it is sent. */
  seal(progress: Progress, { isTold = false, batch }: Telling): Outgoing[] {
    const hasSpoken = this.#drafts.some(({ isEmpty }) => !isEmpty)
    const draft = this.#drafts[DESK]!
    if (!this.isDesk) {
      const report = this.#report(progress, this.#sentAfterDrafts())
      if (hasSpoken || isNews(this.#last, report)) {
        // The parcel that carries the report counts too.
        if (draft.isEmpty) report.sent[DESK] = this.#sent[DESK]! + 1
        draft.report = report
        this.#last = report
      }
    }
    const head = { from: this.slices.index, life: this.#life, made: this.made, batch, since: progress.since ?? null }
    const outgoing = this.#drafts.flatMap((each, to) => this.#close(each, to, head, isTold))
    for (const { key, bytes } of outgoing) this.#memory.set(key, bytes)
    const stored: Stored = {
      ...{ life: this.#life, sent: this.#sent, heard: this.#heard, lives: this.#lives, last: this.#last },
      verdicts: Number.isFinite(this.#verdicts) ? this.#verdicts : null,
      reports: this.#conductor?.reports ?? [],
    }
    this.#memory.set(KEY, Buffer.from(JSON.stringify(stored)))
    return outgoing
  }

  #close(draft: Draft, to: number, head: Omit<Head, 'seq'>, isTold: boolean): Outgoing[] {
    if (draft.isEmpty) return []
    const seq = ++this.#sent[to]!
    if (isTold) {
      draft.drop()
      return []
    }
    const { tells } = draft
    return [{ key: outboxKey(to, seq), to, bytes: draft.take({ ...head, seq }), tells }]
  }

  #report({ reached, resting, next }: Progress, sent: number[]): Report & { sent: number[] } {
    return {
      reached: Number.isFinite(reached) ? reached : null,
      resting,
      next: next ?? null,
      verdicts: Number.isFinite(this.#verdicts) ? this.#verdicts : null,
      sent,
      heard: [...this.#heard],
    }
  }

  #sentAfterDrafts(): number[] {
    return this.#sent.map((seq, to) => (this.#drafts[to]!.isEmpty ? seq : seq + 1))
  }

  /** What is told of settlements takes along what makes them special: the receiver has never heard of them. */
  #addGrounds(draft: Draft, told: Told): void {
    if (!isSuppressible(told.topic.slice(0, told.topic.indexOf('/')))) return
    for (const text of textsIn(told.values)) {
      const ground = this.#traits.of(text)
      if (ground) draft.grounds.set(text, ground)
    }
  }
}

/** The name of the history that a memory was made from, if it is a slice's. */
export function lifeOf(memory: Pick<KeyValue, 'get'>): string | undefined {
  const stored = memory.get(KEY)
  return stored && (JSON.parse(Buffer.from(stored).toString()) as Stored).life
}

/** A report is sent where it could let time move on. */
function isNews(last: Report | null, report: Report): boolean {
  if (!last) return true
  const { sent: _, ...before } = last
  const { sent: __, ...now } = report
  return JSON.stringify(before) !== JSON.stringify(now)
}

function* textsIn(values: unknown): Generator<string> {
  if (typeof values === 'string') yield values
  else if (typeof values === 'object' && values !== null) for (const value of Object.values(values)) yield* textsIn(value)
}
