import type { Detector } from '../../detectors/detector.ts'
import type { Alert } from '../../schemas/alert.ts'
import type { Settlement } from '../../schemas/events.ts'
import { HOUR, type Instant } from '../../schemas/time.ts'
import { canonicalContent } from '../decode/canonical.ts'
import { createDecode } from '../decode/decode.ts'
import { maskedText } from '../decode/mask.ts'
import { type Arrival, unpack } from '../decode/packed.ts'
import { chunkOfText, lineOf } from '../engine/chunk.ts'
import { InMemory } from '../memory/in-memory.ts'
import type { KeyValue } from '../memory/key-value.ts'
import type { Batch } from '../shard/intake.ts'
import { outboxOf } from '../shard/outbox.ts'
import type { Outcome } from '../shard/outcome.ts'
import type { Parcel } from '../shard/parcel.ts'
import { Shard } from '../shard/shard.ts'
import { ownerOf } from '../shard/slices.ts'
import { Random } from '../simulate/random.ts'
import { judgedIn } from './shard-run.ts'

export interface SlicesRunOptions {
  readonly slices: number
  readonly history_from: Instant
  readonly seed?: number
  /** One of so many turns loses its memory after it has spoken, as a crash does. */
  readonly crashes?: number
}

export interface SlicesRun {
  readonly alerts: ReadonlyMap<string, Alert>
  readonly revisions: readonly Alert[]
  /** By detector and part: events judged and skipped by all slices together. */
  readonly judged: ReadonlyMap<string, number>
  /** What each slice knows in the end. */
  readonly memories: readonly KeyValue[]
  /** What each would know that had heard the same from the beginning, undisturbed. */
  heardAnew(): Promise<KeyValue[]>
}

const LARGEST_BATCH = 100
const NOW = Date.UTC(2030, 0, 1)
const plain = (value: string) => value

/**
 * Runs lines through several slices that speak to each other through logs, as through Kafka: in an order that nobody
 * promises, some parcels twice.
 */
export async function runSlices(
  detectors: readonly Detector[],
  lines: readonly string[],
  options: SlicesRunOptions,
): Promise<SlicesRun> {
  const random = new Random(`slices ${options.seed ?? 1}`)
  const region = new Region(detectors, lines, options)
  while (region.unfinished.length > 0) {
    const crashes = options.crashes !== undefined && random.below(options.crashes) === 0
    await random.pick(region.unfinished).turn(random.between(1, LARGEST_BATCH), crashes)
  }
  return region.result()
}

/** What a partition of the mailboxes' topic is: an ordered log that everybody writes to. */
interface Log {
  readonly parcels: Buffer[]
}

class Region {
  readonly slices: readonly Slice[]
  readonly logs: readonly Log[]

  constructor(detectors: readonly Detector[], lines: readonly string[], { slices, history_from }: SlicesRunOptions) {
    this.logs = Array.from({ length: slices }, () => ({ parcels: [] }))
    const inputs = Array.from({ length: slices }, (): string[] => [])
    for (const line of lines) for (const slice of slicesOf(JSON.parse(line), slices)) inputs[slice]!.push(line)
    this.slices = inputs.map((input, index) => new Slice(detectors, { index, count: slices }, history_from, input, this.logs))
  }

  /** Those that have something to read, but not while others are far behind them. */
  get unfinished(): Slice[] {
    const waiting = this.slices.filter((slice) => slice.hasMail || slice.hasInput)
    const near = waiting.filter((slice) => slice.hasMail || !slice.isAhead)
    return near.length > 0 ? near : waiting
  }

  result(): SlicesRun {
    const revisions = this.slices.flatMap((slice) => slice.revisions)
    const judged = judgedIn(this.slices.flatMap(({ outcomes }) => outcomes))
    const alerts = new Map(revisions.map((alert) => [alert.alert_id, alert]))
    const memories = this.slices.map(({ memory }) => memory)
    return { alerts, revisions, judged, memories, heardAnew: () => Promise.all(this.slices.map((slice) => slice.heardAnew())) }
  }
}

function slicesOf(event: Record<string, string>, count: number): number[] {
  if (event.kind === 'reference' || event.kind === 'heartbeat') return Array.from({ length: count }, (_, slice) => slice)
  // Stays lie in one partition, and inventory where its institution's memory mostly is not.
  if (event.kind === 'admission' || event.kind === 'discharge') return [0]
  return [ownerOf('person', event.kind === 'inventory' ? event.fixmedins_code! : event.psn_no!, count)]
}

class Slice {
  readonly revisions: Alert[] = []
  readonly outcomes: Outcome[] = []
  readonly memory = new InMemory()
  readonly #make: (memory?: InMemory) => Shard
  readonly #index: number
  readonly #input: readonly string[]
  readonly #logs: readonly Log[]
  readonly #decode = createDecode(Buffer.alloc(32, 7))
  readonly #settlements = new Map<string, Settlement>()
  readonly #texts = new Map<string, string>()
  /** Everything that it has heard, as it has heard it. */
  readonly #history: Batch[] = []
  #shard: Shard
  #read = 0
  #mail = 0

  constructor(
    detectors: readonly Detector[],
    slices: { readonly index: number; readonly count: number },
    history_from: Instant,
    input: readonly string[],
    logs: readonly Log[],
  ) {
    const life = `life of ${slices.index}`
    this.#make = (memory = this.memory) => new Shard(memory, { detectors, slices: { ...slices, life }, history_from })
    this.#index = slices.index
    this.#input = input
    this.#logs = logs
    this.#shard = this.#make()
  }

  get hasMail(): boolean {
    return this.#mail < this.#logs[this.#index]!.parcels.length
  }

  get hasInput(): boolean {
    return this.#read < this.#input.length
  }

  /** It has read more than an hour beyond what all have. */
  get isAhead(): boolean {
    return this.#shard.lead > HOUR
  }

  async turn(size: number, crashes: boolean): Promise<void> {
    const isMail = this.hasMail && (this.isAhead || !this.hasInput || size % 2 === 0)
    if (isMail)
      await this.#push(
        crashes,
        () => this.#mailBatch(size),
        () => {
          this.#mail += Math.min(size, this.#waiting)
        },
      )
    else
      await this.#push(
        crashes,
        () => this.#inputBatch(size),
        () => {
          this.#read += size
        },
      )
  }

  /** The memory of a slice that hears all of it once more, undisturbed. */
  async heardAnew(): Promise<KeyValue> {
    const memory = new InMemory()
    const shard = this.#make(memory)
    for (const batch of this.#history) {
      const outcome = shard.push(batch)
      await memory.commit(outcome.changes)
      shard.release(outcome)
    }
    return memory
  }

  get #waiting(): number {
    return this.#logs[this.#index]!.parcels.length - this.#mail
  }

  async #push(crashes: boolean, make: () => Batch, done: () => void): Promise<void> {
    const batch = make()
    this.#history.push(batch)
    const outcome = this.#shard.push(batch)
    await this.memory.commit(outcome.changes)
    this.#shard.release(outcome)
    this.revisions.push(...outcome.alerts)
    this.outcomes.push(outcome)
    done()
    // What was committed and not sent is sent again; what was sent and not noted as such is sent twice.
    if (crashes) this.#shard = this.#make()
    const outgoing = [...outboxOf(this.memory)]
    for (const { to, bytes } of outgoing) this.#logs[to]!.parcels.push(bytes)
    if (!crashes) await this.memory.commit(outgoing.map(({ key }) => [key, null] as const))
  }

  #mailBatch(size: number): Batch {
    const { parcels } = this.#logs[this.#index]!
    const taken = parcels.slice(this.#mail, this.#mail + size).map((bytes) => JSON.parse(bytes.toString()) as Parcel)
    return { ...this.#batchOf([]), mail: taken }
  }

  #inputBatch(size: number): Batch {
    const chunk = chunkOfText(this.#input.slice(this.#read, this.#read + size).join('\n'))
    const arrivals = unpack(this.#decode(chunk).packed)
    for (const arrival of arrivals) {
      const { kind, id, row } = arrival
      if (kind === 'settlement' && !this.#settlements.has(id)) this.#settlements.set(id, arrival.event() as Settlement)
      if (!this.#texts.has(`${kind}|${id}`)) this.#texts.set(`${kind}|${id}`, maskedText(lineOf(chunk, row), plain))
    }
    const saysTheSame = ({ kind, id, row }: Arrival) => {
      const known = this.#texts.get(`${kind}|${id}`)
      return known !== undefined && canonicalContent(known) === canonicalContent(maskedText(lineOf(chunk, row), plain))
    }
    return { ...this.#batchOf(arrivals), saysTheSame }
  }

  #batchOf(arrivals: readonly Arrival[]): Batch {
    return {
      arrivals,
      partition: `local:${this.#index}`,
      now: NOW,
      matchedVoids: new Map(),
      originalOf: (setl_id) => this.#settlements.get(setl_id),
      saysTheSame: () => false,
    }
  }
}
