import { BEFORE_TIME, type Context, type Heard, type Step, type Visit, type Voidable } from '../../detectors/detector.ts'
import type { ReferenceView } from '../../detectors/reference.ts'
import type { SkipReason } from '../../schemas/errors.ts'
import type { Instant } from '../../schemas/time.ts'
import { alertId, type Cause } from './alerts.ts'
import type { Beginnings } from './beginnings.ts'
import type { Cells } from './cells.ts'
import type { Exchange } from './exchange.ts'
import type { Judgements } from './judgements.ts'
import type { Original, World } from './moments.ts'
import type { RunningPart } from './parts.ts'
import { type Cell, NOTHING_HELD, type Slot } from './record.ts'
import type { Saying } from './sayings.ts'
import type { Timer, Timers } from './timers.ts'
import type { Witness } from './witness.ts'

export interface StepsOptions {
  readonly cells: Cells
  readonly timers: Timers
  readonly judgements: Judgements
  readonly beginnings: Beginnings
  /** Where the memory of others is reached; absent where all memory lies here. */
  readonly exchange: Exchange | undefined
  readonly reference: ReferenceView
  /** Hears what a step says. */
  readonly say: (saying: Saying) => void
  readonly witness: Witness | undefined
}

const ONE_BUCKET: readonly string[] = ['']
/** Of a part without memory whose settlement is taken back. */
const NOTHING_HOLDS: Step<undefined> = { state: undefined, holds: [] }

/** Calls parts with their memory, and keeps what their steps leave behind there. What they say is for others to hear. */
export class Steps {
  /** How the world stands for the event in hand. */
  world: World = { watermark: Number.NEGATIVE_INFINITY, historyFrom: undefined }
  readonly #cells: Cells
  readonly #timers: Timers
  readonly #judgements: Judgements
  readonly #beginnings: Beginnings
  readonly #exchange: Exchange | undefined
  readonly #say: (saying: Saying) => void
  readonly #reference: ReferenceView
  readonly #witness: Witness | undefined
  readonly #context: { -readonly [K in keyof Context<unknown>]: Context<unknown>[K] }

  constructor({ cells, timers, judgements, beginnings, exchange, reference, say, witness }: StepsOptions) {
    this.#cells = cells
    this.#timers = timers
    this.#judgements = judgements
    this.#beginnings = beginnings
    this.#exchange = exchange
    this.#say = say
    this.#witness = witness
    this.#reference = reference
    this.#context = { root: '', at: 0, watermark: 0, history_from: 0, params: undefined, reference }
  }

  /** Lets a part hear something; `skip` says why those with memory, or all, cannot judge. */
  hear(running: RunningPart, heard: Heard, at: Instant, admdvs: string, skip: SkipReason | undefined): void {
    const { part } = running
    if (skip === 'VOIDED_BEFORE' || (skip && !part.memoryless)) return this.#judgements.skip(running, skip)
    const root = part.root(heard)
    if (!root) {
      // What is told is told to all; only events can lack what they should have.
      if (heard.kind !== 'told' && heard.kind !== 'finding') this.#judgements.skip(running, 'INPUT_MISSING')
      return
    }
    const context = this.contextOf(running, root, at, admdvs)
    if (part.concerns !== undefined && !part.concerns(heard, context)) return this.#judgements.count(running, undefined)
    if (part.memoryless) {
      this.#witness?.before({ running, at, heard })
      const step = part.onEvent(undefined, heard, context)
      this.#witness?.after(step)
      const { skipped, holds } = step
      this.#judgements.count(running, skipped)
      if (holds) this.#say({ running, cause: 'event', holds })
      return
    }
    if (this.#exchange && !this.#exchange.owns(part.space, root)) {
      return this.#say({ running, cause: 'event', elsewhere: { kind: 'heard', root, heard, at, admdvs } })
    }
    const slot = this.#cells.at(running, root, part.key(heard))
    const { cell } = slot
    this.#witness?.before({ running, at, heard, slot })
    const step = part.onEvent(cell?.state ?? part.initial(), heard, context)
    this.#witness?.after(step)
    this.#judgements.count(running, step.skipped)
    this.#keep(running, slot, cell, step, heard.kind === 'told' && heard.back ? 'void' : 'event')
  }

  /** A reversal takes the contribution of its original back. */
  takeBack(running: RunningPart, heard: Voidable, at: Instant, { reference, parcels, late }: Original): void {
    const { part, detector } = running
    if (part.memoryless) {
      this.#witness?.before({ running, at, heard, back: true })
      this.#witness?.after(NOTHING_HOLDS)
      const subject = { type: 'settlement', id: (heard as Visit).setl_id } as const
      const buckets = part.bucketsOf?.(heard) ?? ONE_BUCKET
      return this.#say({ running, cause: 'void', retracts: buckets.map((bucket) => alertId(detector, { subject, bucket })) })
    }
    const root = part.root(heard)
    if (!root || !part.onVoid || late) return
    if (this.#exchange && !this.#exchange.owns(part.space, root)) {
      return this.#say({ running, cause: 'void', elsewhere: { kind: 'back', root, heard, at, admdvs: '', parcels } })
    }
    const slot = this.#cells.at(running, root, part.key(heard))
    const { cell } = slot
    if (!cell) return
    const visit = heard.kind === 'settlement' ? heard : heard.visit
    const context = this.contextOf(running, root, at, visit.admdvs, reference)
    this.#witness?.before({ running, at, heard, back: true, slot })
    const step = part.onVoid(cell.state ?? part.initial(), heard, context)
    this.#witness?.after(step)
    this.#keep(running, slot, cell, step, 'void')
  }

  /** A verdict that has waited, unless its memory waits for another time by now: each is given as at its own moment. */
  verdict(running: RunningPart, timer: Timer): void {
    const slot = this.#cells.atPlace(running, timer.place)
    const { cell } = slot
    if (!running.part.onTime || cell?.wakeAt !== timer.at) return
    const context = this.contextOf(running, timer.place.root, timer.at, '')
    this.#witness?.before({ running, at: timer.at, slot })
    const step = running.part.onTime(cell.state ?? running.part.initial(), context)
    this.#witness?.after(step)
    const { state, held, forgetAt } = cell
    this.#keep(running, slot, { state, held, forgetAt, wakeAt: undefined }, step, 'time')
  }

  /** One object for all steps: a step may read it, but not keep it. */
  contextOf(
    running: RunningPart,
    root: string,
    at: Instant,
    admdvs: string,
    reference: ReferenceView = this.#reference,
  ): Context<unknown> {
    const context = this.#context
    context.reference = reference
    context.root = root
    context.at = at
    context.watermark = Math.max(BEFORE_TIME, this.world.watermark)
    context.history_from = Math.max(this.world.historyFrom ?? at, this.#beginnings.of(running))
    context.params = running.fixed ?? running.paramsAt(at, admdvs)
    return context
  }

  /** Memory changes at once. What is held there changes when it is heard, and until then the memory stays. */
  #keep(running: RunningPart, slot: Slot, cell: Cell | undefined, step: Step<unknown>, cause: Cause): void {
    if (step.unchanged) return
    const { state, holds, touched, tells, forgetAt } = step
    const held = cell?.held ?? NOTHING_HELD
    const speaks = holds !== undefined && (holds.length > 0 || held !== NOTHING_HELD || slot.unheard > 0)
    if (speaks) slot.unheard++
    // A verdict that is due already does not wait: the rule has spoken, or it never will. However far time has leapt, what
    // one verdict tells may make others wait for a later one.
    const wakeAt = step.wakeAt !== undefined && step.wakeAt > this.world.watermark ? step.wakeAt : undefined
    const isEmpty = state === undefined && held === NOTHING_HELD && wakeAt === undefined && slot.unheard === 0
    const isSame = cell?.state === state && !running.part.owned && cell?.wakeAt === wakeAt && cell?.forgetAt === forgetAt
    if (isEmpty) {
      if (cell) this.#cells.put(slot, undefined)
    } else if (!cell || !isSame) {
      if (wakeAt !== undefined && wakeAt !== cell?.wakeAt) {
        const place = this.#cells.placeOf(this.#context.root, slot)
        this.#timers.set({ at: wakeAt, part: running.name, place })
      }
      this.#cells.put(slot, { state, held, wakeAt, forgetAt })
    }
    if (speaks) this.#say({ running, cause, slot, holds, touched, tells })
    else if (touched || tells) this.#say({ running, cause, touched, tells })
  }
}
