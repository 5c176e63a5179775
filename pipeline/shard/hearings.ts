import type { Context, Detector, Finding, FindingChange, Heard, Step, Told, Visit, Voidable } from '../../detectors/detector.ts'
import { heardIn } from '../../detectors/project.ts'
import type { ReferenceView } from '../../detectors/reference.ts'
import type { SkipReason } from '../../schemas/errors.ts'
import { type Instant, MINUTE } from '../../schemas/time.ts'
import type { StagedMemory } from '../memory/staged.ts'
import { type Alerts, alertId, type Cause } from './alerts.ts'
import type { Cells } from './cells.ts'
import type { Exchange } from './exchange.ts'
import { type Holdings, named } from './holdings.ts'
import { Judgements } from './judgements.ts'
import type { Parts, RunningPart } from './parts.ts'
import { type Cell, NOTHING_HELD, type Slot } from './record.ts'
import { Timers } from './timers.ts'

export interface HearingsOptions {
  readonly memory: StagedMemory
  readonly parts: Parts
  readonly cells: Cells
  /** How far event time has passed. */
  readonly watermark: { readonly at: Instant }
  /** Where the memory of others is reached; absent where all memory lies here. */
  readonly exchange: Exchange | undefined
  readonly alerts: Alerts
  readonly holdings: Holdings
  readonly reference: ReferenceView
  readonly historyFrom: Instant | undefined
}

export interface Screened {
  readonly said: { readonly detector: Detector; readonly finding: Finding }[]
  /** Who could not judge the draft, and why. */
  readonly skipped: { readonly detector: Detector; readonly reason: SkipReason }[]
  /** Who would have to be asked at another slice. */
  readonly elsewhere: { readonly detector: Detector; readonly slice: number }[]
}

/** A screen speaks at once what an alert would wait a quarter of an hour for: whether a void takes it back. */
const SCREEN_AHEAD = 30 * MINUTE
const ONE_BUCKET: readonly string[] = ['']

/** Lets detectors hear what concerns them, with their memory, and keeps what their steps leave behind. */
export class Hearings {
  readonly judgements: Judgements
  /** Where known history begins; unknown until something has happened. */
  historyFrom: Instant | undefined
  readonly #parts: Parts
  readonly #cells: Cells
  readonly #timers: Timers
  readonly #watermark: { readonly at: Instant }
  readonly #exchange: Exchange | undefined
  readonly #alerts: Alerts
  readonly #holdings: Holdings
  readonly #context: { -readonly [K in keyof Context<unknown>]: Context<unknown>[K] }
  /** What parts have told and findings have changed, still to be heard: the second pass of the event in hand. */
  #derived: (Told | FindingChange)[] = []
  /** The time of the verdict in hand, while verdicts that have waited are given one after the other. */
  #verdictAt: Instant | undefined

  constructor({ memory, parts, cells, watermark, exchange, alerts, holdings, reference, historyFrom }: HearingsOptions) {
    this.judgements = new Judgements(parts)
    this.historyFrom = historyFrom
    this.#parts = parts
    this.#cells = cells
    this.#timers = new Timers(memory, (part) => parts.byName.get(part)?.isAwaited ?? false)
    this.#watermark = watermark
    this.#exchange = exchange
    this.#alerts = alerts
    this.#holdings = holdings
    this.#context = { root: '', at: 0, watermark: 0, history_from: 0, params: undefined, reference }
  }

  /** A finding has changed: whoever listens shall hear it after the event in hand. */
  tell(change: FindingChange): void {
    this.#derived.push(change)
  }

  /** The time of the next verdict for which others may wait. */
  get nextAwaited(): Instant | undefined {
    return this.#timers.nextAwaited
  }

  /** Lets every part hear that listens; `skip` says why those with memory, or all, cannot judge. */
  hear(heard: Heard, at: Instant, admdvs: string, skip?: SkipReason): void {
    const listening = heard.kind === 'told' ? this.#parts.hearing(heard.topic) : this.#parts.listeningTo(heard.kind)
    for (const running of listening) this.#hear(running, heard, at, admdvs, skip)
  }

  /** What another slice has heard for these parts here. */
  hearFor(parts: readonly string[], heard: Heard, at: Instant, admdvs: string): void {
    for (const running of this.#named(parts)) this.#hear(running, heard, at, admdvs, undefined)
  }

  /** What another slice takes back of these parts here. */
  takeBackFor(parts: readonly string[], heard: Voidable, at: Instant): void {
    for (const running of this.#named(parts)) this.#takeBackFrom(running, heard, at)
  }

  /** Both sides run the same detectors, or time would have to stand still: a sender with others is waited for no longer. */
  #named(parts: readonly string[]): RunningPart[] {
    return parts.flatMap((name) => this.#parts.byName.get(name) ?? [])
  }

  #hear(running: RunningPart, heard: Heard, at: Instant, admdvs: string, skip: SkipReason | undefined): void {
    const { part } = running
    if (skip === 'VOIDED_BEFORE' || (skip && !part.memoryless)) return this.judgements.skip(running, skip)
    const root = part.root(heard)
    if (!root) {
      // What is told is told to all; only events can lack what they should have.
      if (heard.kind !== 'told' && heard.kind !== 'finding') this.judgements.skip(running, 'INPUT_MISSING')
      return
    }
    const context = this.#contextOf(running, root, at, admdvs)
    if (part.concerns !== undefined && !part.concerns(heard, context)) return this.judgements.count(running, undefined)
    if (part.memoryless) {
      const step = part.onEvent(undefined, heard, context)
      this.judgements.count(running, step.skipped)
      if (step.holds) this.#holdings.hold(running, step.holds)
      return
    }
    if (this.#exchange && !this.#exchange.owns(part.space, root)) {
      return this.#exchange.tell('heard', running, root, heard, at, admdvs)
    }
    const slot = this.#cells.at(running, root, part.key(heard))
    const { cell } = slot
    const step = part.onEvent(cell?.state ?? part.initial(), heard, context)
    this.judgements.count(running, step.skipped)
    this.#apply(running, slot, cell, step, 'event')
  }

  /** The second pass: what the event in hand has made parts tell, and what that makes others tell, until all is said. */
  hearDerived(): void {
    while (this.#derived.length > 0) {
      const derived = this.#derived
      this.#derived = []
      for (const heard of derived) this.hear(heard, heard.at, heard.admdvs)
    }
  }

  /** A reversal takes the contribution of its original back, wherever it was heard. */
  takeBack(visit: Visit, at: Instant): void {
    for (const heard of heardIn(visit)) {
      for (const running of this.#parts.listeningTo(heard.kind)) this.#takeBackFrom(running, heard, at)
    }
  }

  /** Verdicts that waited for the watermark. */
  wake(): void {
    for (;;) {
      const timer = this.#timers.takeDue(this.#watermark.at)
      if (!timer) return
      const running = this.#parts.byName.get(timer.part)
      const slot = running && this.#cells.atPlace(running, timer.place)
      const cell = slot?.cell
      if (!running?.part.onTime || !slot || cell?.wakeAt !== timer.at) continue
      this.#verdictAt = timer.at
      const context = this.#contextOf(running, timer.place.root, timer.at, '')
      const step = running.part.onTime(cell.state ?? running.part.initial(), context)
      const { state, held, forgetAt } = cell
      this.#apply(running, slot, { state, held, forgetAt, wakeAt: undefined }, step, 'time')
      this.hearDerived()
      this.#verdictAt = undefined
    }
  }

  /** What every part would say of a draft that was settled now; changes nothing. */
  ask(visit: Visit): Screened {
    const screened: Screened = { said: [], skipped: [], elsewhere: [] }
    for (const heard of heardIn(visit)) {
      for (const running of this.#parts.listeningTo(heard.kind)) this.#ask(running, heard, visit, screened)
    }
    return screened
  }

  #ask(running: RunningPart, heard: Heard, visit: Visit, { said, skipped, elsewhere }: Screened): void {
    const { detector, part } = running
    // The memory of a busy key is not copied for a draft, unless its detector asks to be heard before a settlement.
    if (part.owned && !detector.stages.includes('pre')) return
    const root = part.root(heard)
    if (!root) return
    // What explains a finding away is known where the person is.
    const slice = part.memoryless ? this.#exchange?.ownerOf('person', visit.psn_no) : this.#exchange?.ownerOf(part.space, root)
    if (slice !== undefined && slice !== this.#exchange?.slices.index) {
      elsewhere.push({ detector, slice })
      return
    }
    const watermark = Math.max(this.#watermark.at, visit.setl_time + SCREEN_AHEAD)
    const context = { ...this.#contextOf(running, root, visit.setl_time, visit.admdvs), watermark }
    if (!isConcerned(running, heard, context)) return
    const cell = part.memoryless ? undefined : this.#cells.at(running, root, part.key(heard)).cell
    const state = part.owned ? structuredClone(cell?.state) : cell?.state
    const step = part.onEvent(state ?? part.initial(), heard, context)
    if (step.skipped) skipped.push({ detector, reason: step.skipped })
    const { holds = [], touched = [] } = step
    for (const held of [...holds, ...touched.flatMap(({ holds }) => holds ?? [])]) {
      const finding = named(part.name, held)
      if (finding.setl_ids.includes(visit.setl_id) && !this.#alerts.isSilenced(detector, finding))
        said.push({ detector, finding })
    }
  }

  #takeBackFrom(running: RunningPart, heard: Voidable, at: Instant): void {
    const { part, detector } = running
    if (part.memoryless) {
      const subject = { type: 'settlement', id: (heard as Visit).setl_id } as const
      const buckets = part.bucketsOf?.(heard) ?? ONE_BUCKET
      const ids = buckets.map((bucket) => alertId(detector, { subject, bucket }))
      return this.#alerts.retract(ids, 'void')
    }
    const root = part.root(heard)
    if (!root || !part.onVoid) return
    if (this.#exchange && !this.#exchange.owns(part.space, root)) {
      return this.#exchange.tell('back', running, root, heard, at, '')
    }
    const slot = this.#cells.at(running, root, part.key(heard))
    const { cell } = slot
    if (!cell) return
    const visit = heard.kind === 'settlement' ? heard : heard.visit
    const context = this.#contextOf(running, root, at, visit.admdvs)
    this.#apply(running, slot, cell, part.onVoid(cell.state ?? part.initial(), heard, context), 'void')
  }

  /** One object for all steps: a step may read it, but not keep it. */
  #contextOf(running: RunningPart, root: string, at: Instant, admdvs: string): Context<unknown> {
    const context = this.#context
    context.root = root
    context.at = at
    context.watermark = this.#verdictAt ?? this.#watermark.at
    context.history_from = this.historyFrom ?? at
    context.params = running.fixed ?? running.paramsAt(at, admdvs)
    return context
  }

  #apply(running: RunningPart, slot: Slot, cell: Cell | undefined, step: Step<unknown>, cause: Cause): void {
    const { root } = this.#context
    if (step.unchanged) return
    if (step.tells) this.#derived.push(...step.tells)
    if (step.touched) this.#holdings.touch(running, step.touched, cause)
    const before = cell?.held ?? NOTHING_HELD
    const held = step.holds ? this.#holdings.compare(running, before, step.holds, cause) : before
    const { state, forgetAt } = step
    // A verdict that is due already does not wait: the rule has spoken, or it never will. However far time has leapt, what
    // one verdict tells may make others wait for a later one.
    const now = this.#verdictAt ?? this.#watermark.at
    const wakeAt = step.wakeAt !== undefined && step.wakeAt > now ? step.wakeAt : undefined
    const isSame = cell?.state === state && !running.part.owned
    if (cell && isSame && held === before && cell.wakeAt === wakeAt && cell.forgetAt === forgetAt) return
    if (wakeAt !== undefined && wakeAt !== cell?.wakeAt) {
      const place = this.#cells.placeOf(root, slot)
      this.#timers.set({ at: wakeAt, part: running.name, place })
    }
    const isEmpty = state === undefined && held === NOTHING_HELD && wakeAt === undefined
    if (!isEmpty) this.#cells.put(slot, { state, held, wakeAt, forgetAt })
    else if (cell) this.#cells.put(slot, undefined)
  }
}

function isConcerned({ part }: RunningPart, heard: Heard, context: Context<unknown>): boolean {
  return !part.concerns || part.concerns(heard, context)
}
