import type {
  Context,
  Detector,
  Finding,
  FindingChange,
  Heard,
  Step,
  Told,
  Touched,
  Visit,
  Voidable,
} from '../../detectors/detector.ts'
import { heardIn, toVisit, traceMoves } from '../../detectors/project.ts'
import { ReferenceBook } from '../../detectors/reference.ts'
import type { Alert } from '../../schemas/alert.ts'
import type { DeadLetterCode, SkipReason } from '../../schemas/errors.ts'
import { type Event, eventTime, type Reference, type Settlement, type Void } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import type { ReferenceTable } from '../../schemas/reference.ts'
import { HOUR, type Instant, MINUTE, parseInstant } from '../../schemas/time.ts'
import type { Arrival } from '../decode/packed.ts'
import type { Changes, KeyValue } from '../memory/key-value.ts'
import { StagedMemory } from '../memory/staged.ts'
import { type AlertOptions, Alerts, alertId, type Cause } from './alerts.ts'
import { type Cell, type CellPlace, Cells, NOTHING_HELD } from './cells.ts'

import { type Budget, Guard, type Guarded } from './guard.ts'

import {
  AWAITED,
  hasSameBytes,
  identityOf,
  isAwaited,
  isCorrection,
  keyPart,
  referenceKey,
  settlementKey,
  stampOf,
  voidKey,
} from './identity.ts'

import { type Judgement, Judgements } from './judgements.ts'
import { Parts, type RunningPart } from './parts.ts'
import { Timers } from './timers.ts'
import { Traits } from './traits.ts'
import { type Clock, Watermark } from './watermark.ts'

/** Arrivals of one contiguous range, with what had to be fetched beforehand: the shard itself does no I/O. */
export interface Batch {
  readonly arrivals: readonly Arrival[]
  /** The partition whose clock the events move. */
  readonly partition: string
  /** Partitions of which there is more to come, told by a batch without arrivals; all others rest. */
  readonly reading?: readonly string[]
  /** The arrival clock. */
  readonly now: Instant
  /** Originals found for refunds that named none, by row. */
  readonly matchedVoids: ReadonlyMap<number, string>
  /** The settlement that a void names, from earlier batches or the store. */
  originalOf(setl_id: string): Settlement | undefined
  /** Whether an event of known identity and other bytes says the same after normalisation. */
  saysTheSame(arrival: Arrival): boolean
}

/** A refusal that only memory could tell. */
export interface Refusal {
  readonly row: number
  readonly code: DeadLetterCode
  readonly field: string
  readonly message: string
}

/** What a batch came to: everything to be stored, and the memory to be committed once it is stored. */
export interface Outcome {
  readonly changes: Changes
  readonly alerts: readonly Alert[]
  readonly refusals: readonly Refusal[]
  /** Rows of duplicates, which are not stored again. */
  readonly duplicates: readonly number[]
  readonly references: readonly Reference[]
  readonly accepted: number
  readonly settlements: number
  readonly feeLines: number
  readonly late: number
  readonly judgements: readonly Judgement[]
  /** Detectors that were moved to shadow because of their budget. */
  readonly guarded: readonly Guarded[]
}

export interface ShardOptions {
  readonly detectors: readonly Detector[]
  /** Ids of detectors that run silently. */
  readonly shadow?: readonly string[]
  /** Where known history begins; the first event where absent. */
  readonly history_from?: Instant
  /** What a detector may raise a day before it is moved to shadow; absent: anything. */
  readonly budget?: Budget
}

interface Stored {
  readonly clocks: Record<string, Clock>
  /** `null` until a first event has been seen. */
  readonly watermark: Instant | null
  /** `null` until a first event has been seen. */
  readonly history_from: Instant | null
  readonly seq: number
}

/** What is kept of a void under the settlement it names, which may still be on its way. */
type VoidMark = Void

const FUTURE = 24 * HOUR
/** A screen speaks at once what an alert would wait a quarter of an hour for: whether a void takes it back. */
const SCREEN_AHEAD = 30 * MINUTE
/** Allowed delay beyond the watermark, which itself is ten minutes behind (contract, "Time and order"). */
const LATENESS = 72 * HOUR - 10 * MINUTE

/**
 * One partition's detectors and their memory. Synchronous and without I/O: a batch goes in, an outcome comes out. The
 * same shard runs live, in replay, in a screen and in tests.
 */
export class Shard {
  readonly reference = new ReferenceBook()
  readonly #memory: StagedMemory
  readonly #cells: Cells
  readonly #timers: Timers
  readonly #watermark: Watermark
  readonly #traits: Traits
  readonly #guard: Guard
  readonly #alerts: Alerts
  readonly #parts: Parts
  readonly #judgements: Judgements
  readonly #shadow: ReadonlySet<string>
  #historyFrom: Instant | undefined
  /** What parts have told and findings have changed, still to be heard: the second pass of the event in hand. */
  #derived: (Told | FindingChange)[] = []
  readonly #context: { -readonly [K in keyof Context<unknown>]: Context<unknown>[K] }
  #options: AlertOptions
  /** The time of the verdict in hand, while verdicts that have waited are given one after the other. */
  #verdictAt: Instant | undefined
  #tally = newTally()

  constructor(memory: KeyValue, { detectors, shadow = [], history_from, budget }: ShardOptions) {
    this.#memory = new StagedMemory(memory)
    const stored = this.#load<Stored>('m|shard') ?? { clocks: {}, watermark: null, history_from: null, seq: 0 }
    this.#historyFrom = history_from ?? stored.history_from ?? undefined
    this.#parts = new Parts(detectors)
    this.#judgements = new Judgements(this.#parts)
    this.#cells = new Cells(this.#memory)
    this.#timers = new Timers(this.#memory)
    this.#watermark = new Watermark(stored.clocks, stored.watermark)
    const onRevision =
      this.#parts.listeningTo('finding').length > 0 ? (alert: Alert) => this.#derived.push(changeOf(alert)) : undefined
    this.#traits = new Traits(this.#memory)
    this.#guard = new Guard(this.#memory, budget)
    const { reference } = this
    this.#alerts = new Alerts({
      ...{ memory: this.#memory, reference, traits: this.#traits, guard: this.#guard, seq: stored.seq, onRevision },
    })
    this.#shadow = new Set(shadow)
    this.#options = { shadow: this.#shadow, now: 0 }
    this.#context = { root: '', at: 0, watermark: 0, history_from: 0, params: undefined, reference: this.reference }
    for (const [, row] of this.#memory.scan('r|')) this.#putReference(JSON.parse(Buffer.from(row).toString()))
  }

  /** Number of the last revision in the ordered log of alerts. */
  get seq(): number {
    return this.#alerts.seq
  }

  get watermark(): Instant {
    return this.#watermark.at
  }

  /** Partitions that hold the watermark back. */
  get activeClocks(): string[] {
    return Object.entries(this.#watermark.clocks).flatMap(([partition, { resting }]) => (resting ? [] : [partition]))
  }

  isKnown(setl_id: string): boolean {
    const stamp = this.#memory.get(settlementKey(setl_id))
    return stamp !== undefined && !isAwaited(stamp)
  }

  /** Whether memory knows the arrival's identity with other bytes, so that its content must be compared. */
  needsComparison(arrival: Arrival): boolean {
    const identity = identityOf(arrival)
    const stamp = identity === undefined ? undefined : this.#memory.get(identity)
    return stamp !== undefined && !isAwaited(stamp) && !hasSameBytes(arrival, stamp)
  }

  push(batch: Batch): Outcome {
    this.#options = { shadow: this.#shadow, now: batch.now }
    this.#tally = newTally()
    if (batch.reading) this.#watermark.reading(batch.reading)
    for (const arrival of batch.arrivals) {
      this.#arrive(arrival, batch)
      this.#cells.close(this.#watermark.at)
    }
    this.#wake()
    this.#cells.forget(this.#watermark.at)
    this.#cells.flush(this.#watermark.at)
    const { clocks, at } = this.#watermark
    const watermark = Number.isFinite(at) ? at : null
    const stored: Stored = { clocks, watermark, history_from: this.#historyFrom ?? null, seq: this.#alerts.seq }
    this.#memory.set('m|shard', Buffer.from(JSON.stringify(stored)))
    return {
      ...this.#tally,
      changes: this.#memory.seal(),
      alerts: this.#alerts.take(),
      judgements: this.#judgements.take(),
      guarded: this.#guard.take(),
    }
  }

  /** The outcome's memory is committed: it need no longer be kept beside the store. */
  release(outcome: Outcome): void {
    this.#memory.release(outcome.changes)
  }

  /** What all detectors would say of a draft settlement now, and who could not tell; changes nothing. */
  screen(draft: Settlement): Screened {
    const visit = toVisit(draft, this.reference)
    const screened: Screened = { said: [], skipped: [] }
    this.#traits.suppose(visit)
    try {
      for (const heard of heardIn(visit)) {
        for (const running of this.#parts.listeningTo(heard.kind)) this.#ask(running, heard, visit, screened)
      }
    } finally {
      this.#traits.suppose(undefined)
      this.#cells.close(this.#watermark.at)
    }
    return screened
  }

  #ask(running: RunningPart, heard: Heard, visit: Visit, { said, skipped }: Screened): void {
    const { detector, part } = running
    const root = part.root(heard)
    if (!root) return
    const watermark = Math.max(this.#watermark.at, visit.setl_time + SCREEN_AHEAD)
    const context = { ...this.#contextOf(running, root, visit.setl_time, visit.admdvs), watermark }
    if (!isConcerned(running, heard, context)) return
    const cell = part.memoryless ? undefined : this.#cells.get(this.#placeOf(running, root, heard), part.form)
    const state = part.owned ? structuredClone(cell?.state) : cell?.state
    const step = part.onEvent(state ?? part.initial(), heard, context)
    if (step.skipped) skipped.push({ detector, reason: step.skipped })
    const { holds = [], touched = [] } = step
    for (const held of [...holds, ...touched.flatMap(({ holds }) => holds ?? [])]) {
      const finding = part.name ? { ...held, bucket: `${part.name}:${held.bucket}` } : held
      if (finding.setl_ids.includes(visit.setl_id) && !this.#alerts.isSilenced(detector, finding))
        said.push({ detector, finding })
    }
  }

  #arrive(arrival: Arrival, batch: Batch): void {
    const event = completed(arrival, batch)
    if (event.kind === 'reference') return this.#learn(event)
    const at = eventTime(event)
    if (event.kind === 'heartbeat') {
      this.#watermark.beat(batch.partition, at)
      this.#tally.accepted++
      return this.#wake()
    }
    if (at > batch.now + FUTURE) return this.#refuse(arrival, 'TIME_FUTURE', 'lies more than 24 h after its arrival')
    const identity = identityOf(arrival)!
    const stamp = this.#memory.get(identity)
    const awaited = stamp !== undefined && isAwaited(stamp)
    if (stamp && !awaited && this.#isKnownAlready(arrival, event, stamp, batch)) return
    if (event.kind === 'void' && !this.#acceptsVoid(arrival, event, batch)) return
    this.#memory.set(identity, stampOf(arrival, event))
    this.#tally.accepted++
    this.#historyFrom ??= at
    this.#watermark.observe(batch.partition, at, 'fixmedins_code' in event ? event.fixmedins_code : '', batch.now)
    this.#wake()
    this.#judge(event, at, batch, awaited)
    this.#hearDerived()
  }

  #isKnownAlready(arrival: Arrival, event: Event, stamp: Uint8Array, batch: Batch): boolean {
    if (hasSameBytes(arrival, stamp) || batch.saysTheSame(arrival)) {
      this.#tally.duplicates.push(arrival.row)
      return true
    }
    if (event.kind === 'discharge' && isCorrection(event, stamp)) return false
    this.#refuse(arrival, 'CONFLICT', 'is known with other content')
    return true
  }

  #refuse({ row, kind }: Arrival, code: DeadLetterCode, message: string): void {
    const field = code === 'TIME_FUTURE' ? 'time' : 'id'
    this.#tally.refusals.push({ row, code, field, message: `${kind} ${message}` })
  }

  #learn(reference: Reference): void {
    this.#putReference(reference)
    this.#memory.set(referenceKey(reference), Buffer.from(JSON.stringify(reference)))
    this.#tally.references.push(reference)
    this.#tally.accepted++
  }

  #putReference({ table, id, row, effective_from, effective_to, deleted }: Reference): void {
    this.reference.put(table as ReferenceTable, { id, row, effective_from, effective_to }, deleted)
  }

  /** A void must name the person and institution of its original, where that is known already. */
  #acceptsVoid(arrival: Arrival, event: Void, batch: Batch): boolean {
    if (!event.orig_setl_id) {
      this.#refuse(arrival, 'VOID_UNMATCHED', 'names no original, and none or several settlements match it')
      return false
    }
    if (!this.isKnown(event.orig_setl_id)) return true
    const original = batch.originalOf(event.orig_setl_id)
    if (original && concerns(event, original)) return true
    const message = original ? 'names another person or institution than its original' : 'names an original that is no settlement'
    this.#refuse(arrival, 'VOID_MISMATCH', message)
    return false
  }

  #judge(event: Exclude<Event, Reference | { kind: 'heartbeat' }>, at: Instant, batch: Batch, awaited: boolean): void {
    if (event.kind === 'void') return this.#takeBack(event, batch)
    if (event.kind !== 'settlement') {
      const late = this.#isLate(at, true)
      if (event.kind === 'discharge') this.#traits.learnEnd(event)
      const moves = event.kind === 'inventory' ? traceMoves(event) : []
      const admdvs = event.kind === 'admission' ? event.mdtrt_admdvs : ''
      for (const heard of [event, ...moves]) this.#hear(heard, at, admdvs, late ? 'TOO_LATE' : undefined)
      return
    }
    const visit = toVisit(event, this.reference)
    this.#traits.learn(visit)
    this.#tally.settlements++
    this.#tally.feeLines += visit.feedetail.length
    const mark = awaited ? this.#load<VoidMark>(voidKey(visit.setl_id)) : undefined
    const late = this.#isLate(at, isInpatient(visit.med_class))
    const reversal = mark && concerns(mark, visit) ? mark : undefined
    const skip = reversal ? 'VOIDED_BEFORE' : late ? 'TOO_LATE' : undefined
    for (const heard of heardIn(visit)) this.#hear(heard, at, visit.admdvs, skip)
    if (reversal) this.#hear({ kind: 'reversal', reversal, visit }, reversal.setl_time, visit.admdvs, undefined)
  }

  #isLate(at: Instant, slow: boolean): boolean {
    const late = at < this.#watermark.at - (slow ? LATENESS : 0)
    if (late) this.#tally.late++
    return late
  }

  /** The first void of a settlement takes its contribution back everywhere; a second one has no effect. */
  #takeBack(event: Void, batch: Batch): void {
    const key = voidKey(event.orig_setl_id)
    if (this.#memory.get(key)) return
    this.#memory.set(key, Buffer.from(JSON.stringify(event satisfies VoidMark)))
    if (!this.isKnown(event.orig_setl_id)) {
      this.#memory.set(settlementKey(event.orig_setl_id), AWAITED)
      return
    }
    const original = batch.originalOf(event.orig_setl_id)
    if (!original) throw new Error(`The original of void ${keyPart(event.setl_id)} is known but could not be fetched.`)
    const visit = toVisit(original, this.reference)
    for (const heard of heardIn(visit)) {
      for (const running of this.#parts.listeningTo(heard.kind)) this.#takeBackFrom(running, heard, event.setl_time)
    }
    this.#hear({ kind: 'reversal', reversal: event, visit }, event.setl_time, visit.admdvs, undefined)
  }

  /** The second pass: what the event in hand has made parts tell, and what that makes others tell, until all is said. */
  #hearDerived(): void {
    while (this.#derived.length > 0) {
      const derived = this.#derived
      this.#derived = []
      for (const heard of derived) this.#hear(heard, heard.at, heard.admdvs, undefined)
    }
  }

  #takeBackFrom(running: RunningPart, heard: Voidable, at: Instant): void {
    const { part, detector } = running
    if (part.memoryless) {
      const { setl_id } = heard as Visit
      for (const bucket of part.bucketsOf?.(heard) ?? ONE_BUCKET) {
        this.#alerts.retract(alertId(detector, { subject: { type: 'settlement', id: setl_id }, bucket }), 'void')
      }
      return
    }
    const root = part.root(heard)
    if (!root || !part.onVoid) return
    const place = this.#placeOf(running, root, heard)
    const cell = this.#cells.get(place, part.form)
    if (!cell) return
    const visit = heard.kind === 'settlement' ? heard : heard.visit
    const context = this.#contextOf(running, root, at, visit.admdvs)
    this.#apply(running, place, cell, part.onVoid(cell.state ?? part.initial(), heard, context), 'void')
  }

  #hear(heard: Heard, at: Instant, admdvs: string, skip: SkipReason | undefined): void {
    for (const running of this.#parts.listeningTo(heard.kind)) {
      const { part, detector } = running
      if (skip === 'VOIDED_BEFORE' || (skip && !part.memoryless)) {
        this.#judgements.skip(running, skip)
        continue
      }
      const root = part.root(heard)
      if (!root) {
        // What is told is told to all; only events can lack what they should have.
        if (heard.kind !== 'told' && heard.kind !== 'finding') this.#judgements.skip(running, 'INPUT_MISSING')
        continue
      }
      const context = this.#contextOf(running, root, at, admdvs)
      if (!isConcerned(running, heard, context)) {
        this.#judgements.count(running, undefined)
        continue
      }
      if (part.memoryless) {
        const step = part.onEvent(undefined, heard, context)
        this.#judgements.count(running, step.skipped)
        if (step.holds && !isScreenOnly(detector)) {
          for (const finding of step.holds) this.#alerts.hold(detector, alertId(detector, finding), finding, this.#options)
        }
        continue
      }
      const place = this.#placeOf(running, root, heard)
      const cell = this.#cells.get(place, part.form)
      const step = part.onEvent(cell?.state ?? part.initial(), heard, context)
      this.#judgements.count(running, step.skipped)
      this.#apply(running, place, cell, step, 'event')
    }
  }

  /** Verdicts that waited for the watermark. */
  #wake(): void {
    for (;;) {
      const timer = this.#timers.takeDue(this.#watermark.at)
      if (!timer) return
      const running = this.#parts.byName.get(timer.part)
      const cell = running && this.#cells.get(timer.place, running.part.form)
      if (!running?.part.onTime || cell?.wakeAt !== timer.at) continue
      const context = this.#contextOf(running, timer.place.root, timer.at, '')
      this.#verdictAt = timer.at
      const step = running.part.onTime(cell.state ?? running.part.initial(), context)
      this.#apply(running, timer.place, { ...cell, wakeAt: undefined }, step, 'time')
      this.#hearDerived()
      this.#verdictAt = undefined
    }
  }

  #placeOf({ part, name }: RunningPart, root: string, heard: Heard): CellPlace {
    return this.#cells.placeOf(part.space, root, name, part.key(heard))
  }

  /** One object for all steps: a step may read it, but not keep it. */
  #contextOf(running: RunningPart, root: string, at: Instant, admdvs: string): Context<unknown> {
    const context = this.#context
    context.root = root
    context.at = at
    context.watermark = this.#watermark.at
    context.history_from = this.#historyFrom ?? at
    context.params = running.paramsAt(at, admdvs)
    return context
  }

  #apply(running: RunningPart, place: CellPlace, cell: Cell | undefined, step: Step<unknown>, cause: Cause): void {
    if (step.unchanged) return
    if (step.tells) this.#derived.push(...step.tells)
    if (step.touched) this.#touch(running, step.touched, cause)
    const before = cell?.held ?? NOTHING_HELD
    const held = step.holds ? this.#compare(running, before, step.holds, cause) : before
    const { state, forgetAt } = step
    // A verdict that is due already does not wait: the rule has spoken, or it never will. However far time has leapt, what
    // one verdict tells may make others wait for a later one.
    const now = this.#verdictAt ?? this.#watermark.at
    const wakeAt = step.wakeAt !== undefined && step.wakeAt > now ? step.wakeAt : undefined
    const isSame = cell?.state === state && !running.part.owned
    if (cell && isSame && held === before && cell.wakeAt === wakeAt && cell.forgetAt === forgetAt) return
    if (wakeAt !== undefined && wakeAt !== cell?.wakeAt) this.#timers.set({ at: wakeAt, part: running.name, place })
    const isEmpty = state === undefined && held === NOTHING_HELD && wakeAt === undefined
    if (!isEmpty) this.#cells.set(place, { state, held, wakeAt, forgetAt }, running.part.form)
    else if (cell) this.#cells.set(place, undefined)
  }

  /** Opens, revises or retracts the touched buckets; all others stay as they are. */
  #touch({ detector, part }: RunningPart, touched: readonly Touched[], cause: Cause): void {
    if (isScreenOnly(detector)) return
    for (const { subject, bucket, holds } of touched) {
      const named = part.name ? `${part.name}:${bucket}` : bucket
      const id = alertId(detector, { subject, bucket: named })
      const key = `s|${id}`
      const before = this.#memory.get(key)
      if (holds) {
        const saying = this.#alerts.sayingOf(detector, holds)
        if (before && Buffer.from(before).toString() === saying) continue
        this.#memory.set(key, Buffer.from(saying))
        this.#alerts.hold(detector, id, { ...holds, bucket: named }, this.#options)
      } else if (before) {
        this.#memory.set(key, null)
        this.#alerts.retract(id, cause)
      }
    }
  }

  /** Opens, revises and retracts so that exactly what holds now is open. Answers what is held afterwards. */
  #compare(running: RunningPart, before: Cell['held'], holds: readonly Finding[], cause: Cause): Cell['held'] {
    if (holds.length === 0 && before === NOTHING_HELD) return before
    const { detector, part } = running
    if (isScreenOnly(detector)) return NOTHING_HELD
    const held: Record<string, string> = {}
    let changed = false
    for (const said of holds) {
      const finding = part.name ? { ...said, bucket: `${part.name}:${said.bucket}` } : said
      const id = alertId(detector, finding)
      const saying = this.#alerts.sayingOf(detector, finding)
      if (before[id] !== saying) {
        changed = true
        this.#alerts.hold(detector, id, finding, this.#options)
      }
      held[id] = saying
    }
    for (const id of Object.keys(before)) {
      if (id in held) continue
      changed = true
      this.#alerts.retract(id, cause)
    }
    if (!changed) return before
    return Object.keys(held).length === 0 ? NOTHING_HELD : held
  }

  #load<T>(key: string): T | undefined {
    const stored = this.#memory.get(key)
    return stored && (JSON.parse(Buffer.from(stored).toString()) as T)
  }
}

export interface Screened {
  readonly said: { readonly detector: Detector; readonly finding: Finding }[]
  /** Who could not judge the draft, and why. */
  readonly skipped: { readonly detector: Detector; readonly reason: SkipReason }[]
}

const ONE_BUCKET: readonly string[] = ['']

/** What others hear of a revised alert. */
function changeOf(alert: Alert): FindingChange {
  const { detector_id, alert_id, setl_ids, psn_no, fixmedins_code, admdvs, subject_type, subject_id } = alert
  return {
    kind: 'finding',
    detector_id,
    alert_id,
    holds: alert.status === 'open',
    severity: alert.severity as FindingChange['severity'],
    subject: { type: subject_type, id: subject_id },
    setl_ids,
    psn_no,
    fixmedins_code,
    admdvs,
    at: parseInstant(alert.event_time),
  }
}

function isScreenOnly({ stages }: Detector): boolean {
  return stages.length === 1 && stages[0] === 'pre'
}

interface Tally {
  readonly refusals: Refusal[]
  readonly duplicates: number[]
  readonly references: Reference[]
  accepted: number
  settlements: number
  feeLines: number
  late: number
}

function newTally(): Tally {
  return { refusals: [], duplicates: [], references: [], accepted: 0, settlements: 0, feeLines: 0, late: 0 }
}

/** A refund row that named no original names the one that was found for it. */
function completed(arrival: Arrival, { matchedVoids }: Batch): Event {
  const event = arrival.event()
  const original = event.kind === 'void' ? matchedVoids.get(arrival.row) : undefined
  return original === undefined ? event : { ...(event as Void), orig_setl_id: original }
}

function isConcerned({ part }: RunningPart, heard: Heard, context: Context<unknown>): boolean {
  return !part.concerns || part.concerns(heard, context)
}

function concerns(
  told: { psn_no: string; fixmedins_code: string },
  original: { psn_no: string; fixmedins_code: string },
): boolean {
  return told.psn_no === original.psn_no && (!told.fixmedins_code || told.fixmedins_code === original.fixmedins_code)
}
