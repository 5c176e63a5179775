import type { Settlement, Void } from '../../schemas/events.ts'
import { createNormaliser } from '../../schemas/normalise.ts'
import { canonicalContent } from '../decode/canonical.ts'
import { type Chunk, readEvent } from '../decode/decode.ts'
import { maskedText, type Pseudonymiser } from '../decode/mask.ts'
import type { Arrival } from '../decode/packed.ts'
import type { Batch } from '../shard/intake.ts'
import type { Shard } from '../shard/shard.ts'
import type { EventId, Store } from '../store/store.ts'
import { lineOf, type SourceChunk } from './chunk.ts'

type Lookups = Pick<Batch, 'originalOf' | 'saysTheSame'>

/** Where earlier events are found again. */
export type EventRecord = Pick<Store, 'originals' | 'findByVisit'>

/** What a batch may ask for, and what was found out for it. */
interface Prepared extends Lookups {
  readonly matchedVoids: ReadonlyMap<number, string>
  /** The batch is in the store. */
  done(): void
}

/** The settlement that an event of the store is, if it is one. */
export function settlementIn(raw: string, normalise: ReturnType<typeof createNormaliser>): Settlement | undefined {
  const event = readEvent(JSON.parse(raw), normalise)
  return 'kind' in event && event.kind === 'settlement' ? event : undefined
}

const NONE_MATCHED: ReadonlyMap<number, string> = new Map()

interface InFlight {
  readonly settlements: Map<string, Arrival>
  readonly chunk: Chunk
  /** `kind|id` to the row of its first appearance in the chunk. */
  readonly rows: Map<string, number>
}

/**
 * Brings earlier events to the batch that needs them: the originals of voids, and those whose identity comes again with
 * other bytes. They are either in flight (judged but not yet stored) or in the store.
 */
export class Originals {
  readonly #store: EventRecord
  readonly #shard: Shard
  readonly #hide: Pseudonymiser
  readonly #normalise: ReturnType<typeof createNormaliser>
  readonly #inFlight: InFlight[] = []

  constructor(store: EventRecord, shard: Shard, hide: Pseudonymiser) {
    this.#store = store
    this.#shard = shard
    this.#hide = hide
    this.#normalise = createNormaliser(hide)
  }

  /** Fetches what the batch will ask for, as far as can be told while those before it are still being judged. */
  async foresee(arrivals: readonly Arrival[], { repeats }: SourceChunk): Promise<ReadonlyMap<string, string>> {
    // A discharge may be corrected by a batch before this one; all others stay what they were.
    const wanted = arrivals.flatMap((arrival) => this.#wantedBy(arrival, NONE_MATCHED)).filter(({ kind }) => kind !== 'discharge')
    return wanted.length > 0 ? this.#store.originals(wanted, repeats?.batch) : new Map()
  }

  /** Finds what the batch will ask for: foreseen, in flight, or fetched now. */
  async prepare(arrivals: readonly Arrival[], chunk: SourceChunk, foreseen: ReadonlyMap<string, string>): Promise<Prepared> {
    const present = this.#remember(arrivals, chunk)
    // A range that is judged again knew nothing of what was stored after it.
    const before = chunk.repeats?.batch
    const matchedVoids = await this.#matchRefunds(arrivals, before)
    const wanted = new Map<string, EventId>()
    const known = new Map<string, string>()
    for (const want of arrivals.flatMap((arrival) => this.#wantedBy(arrival, matchedVoids))) {
      const key = `${want.kind}|${want.id}`
      const earlier = this.#find(key, present)
      const stored = foreseen.get(key)
      // Taken now: while the store answers, an earlier batch may be written, and its memory used again.
      if (earlier) known.set(key, this.#maskedLine(earlier.chunk, earlier.row))
      else if (stored !== undefined) known.set(key, stored)
      else wanted.set(key, want)
    }
    if (wanted.size > 0) for (const [key, raw] of await this.#store.originals([...wanted.values()], before)) known.set(key, raw)
    return {
      matchedVoids,
      originalOf: (setl_id) => this.#settlement(setl_id, known, present),
      saysTheSame: (arrival) => this.#saysTheSame(arrival, present, known),
      done: () => {
        this.#inFlight.splice(this.#inFlight.indexOf(present), 1)
      },
    }
  }

  #remember(arrivals: readonly Arrival[], chunk: Chunk): InFlight {
    const present: InFlight = { settlements: new Map(), chunk, rows: new Map() }
    for (const arrival of arrivals) {
      const { kind, id, row } = arrival
      if (id === '') continue
      const key = `${kind}|${id}`
      if (!present.rows.has(key)) present.rows.set(key, row)
      if (kind === 'settlement' && !present.settlements.has(id)) present.settlements.set(id, arrival)
    }
    this.#inFlight.push(present)
    return present
  }

  #wantedBy(arrival: Arrival, matched: ReadonlyMap<number, string>): EventId[] {
    const { kind, id } = arrival
    const original = kind === 'void' ? (matched.get(arrival.row) ?? (arrival.event() as Void).orig_setl_id) : ''
    const wanted: EventId[] = this.#shard.needsComparison(arrival) ? [{ kind, id }] : []
    if (original && this.#shard.isKnown(original)) wanted.push({ kind: 'settlement', id: original })
    return wanted
  }

  #find(key: string, except: InFlight): { chunk: Chunk; row: number } | undefined {
    for (const batch of this.#inFlight) {
      const row = batch === except ? undefined : batch.rows.get(key)
      if (row !== undefined) return { chunk: batch.chunk, row }
    }
    return undefined
  }

  #settlement(setl_id: string, known: ReadonlyMap<string, string>, present: InFlight): Settlement | undefined {
    const raw = known.get(`settlement|${setl_id}`)
    if (raw === undefined) return present.settlements.get(setl_id)?.event() as Settlement | undefined
    return settlementIn(raw, this.#normalise)
  }

  #saysTheSame({ kind, id, row }: Arrival, present: InFlight, known: ReadonlyMap<string, string>): boolean {
    const key = `${kind}|${id}`
    const first = present.rows.get(key)
    const earlier = first === row ? undefined : first
    const said = known.get(key) ?? (earlier === undefined ? undefined : this.#maskedLine(present.chunk, earlier))
    // Where nothing of its kind was said before, the identity is that of a void, or of the settlement: other content.
    return said !== undefined && canonicalContent(said) === canonicalContent(this.#maskedLine(present.chunk, row))
  }

  #maskedLine(chunk: Chunk, row: number): string {
    return maskedText(lineOf(chunk, row), this.#hide)
  }

  /** A refund row that names no original is matched by visit, person, institution and opposite amount, if by exactly one. */
  async #matchRefunds(arrivals: readonly Arrival[], before: number | undefined): Promise<Map<number, string>> {
    const matched = new Map<number, string>()
    for (const arrival of arrivals) {
      if (arrival.kind !== 'void') continue
      const refund = arrival.event() as Void
      if (refund.orig_setl_id) continue
      const [candidate, ...others] = await this.#candidatesFor(refund, before)
      if (candidate !== undefined && others.length === 0) matched.set(arrival.row, candidate)
    }
    return matched
  }

  async #candidatesFor(refund: Void, before: number | undefined): Promise<string[]> {
    const { psn_no, mdtrt_id, fixmedins_code, medfee_sumamt, setl_time: until } = refund
    if (!mdtrt_id || medfee_sumamt === undefined) return []
    const found = new Set<string>()
    // Before the store is asked: what is in flight now may be stored, and gone from here, when it answers.
    for (const { settlements } of this.#inFlight) {
      for (const arrival of settlements.values()) {
        const other = arrival.event() as Settlement
        const isSame = other.psn_no === psn_no && other.mdtrt_id === mdtrt_id && other.fixmedins_code === fixmedins_code
        // What was settled after the refund is the visit's new bill.
        if (isSame && other.medfee_sumamt === -medfee_sumamt && other.setl_time <= until) found.add(other.setl_id)
      }
    }
    const stored = await this.#store.findByVisit(
      { psn_no, mdtrt_id, fixmedins_code, medfee_sumamt: -medfee_sumamt, until },
      before,
    )
    return [...new Set([...found, ...stored])]
  }
}
