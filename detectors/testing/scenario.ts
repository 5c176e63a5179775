import { expect } from 'vitest'
import type { Event, Settlement, Void } from '../../schemas/events.ts'
import { eventTime } from '../../schemas/events.ts'
import { createNormaliser, isFault } from '../../schemas/normalise.ts'
import { isReferenceTable } from '../../schemas/reference.ts'
import { type Instant, MINUTE, parseInstant } from '../../schemas/time.ts'
import {
  BEFORE_TIME,
  type Context,
  type Detector,
  type Finding,
  type FindingChange,
  type Heard,
  type Part,
  type Step,
  type Told,
  type Visit,
  type VisitHead,
  type Voidable,
} from '../detector.ts'
import { paramsAt } from '../params.ts'
import { heardIn, toVisit, traceMoves } from '../project.ts'
import { ReferenceBook, type ReferenceView } from '../reference.ts'

export type Wire = Record<string, unknown>
/** An event as it comes from outside, or what another detector tells or finds. */
export type Given = Wire | Told | FindingChange

export interface Outcome {
  /** What holds at the end, by bucket. */
  readonly open: readonly Finding<any>[]
  /** What held once and holds no longer. */
  readonly retracted: readonly Finding<any>[]
  readonly skipped: readonly string[]
  /** The keys that heard something, as `part|root|key`. */
  readonly cells: readonly string[]
  /** Those of them that told others something. */
  readonly tellers: readonly string[]
}

export interface Options {
  /** Writes every cell out in its form, as JSON, and reads it back after each step, as a crash and a resume would. */
  readonly crashEachStep?: boolean
  /** Leaves out every cell but these; time passes all the same. */
  readonly only?: (cell: string) => boolean
  /** With `only`: cells that run all the same, for what they tell; their own findings are left out. */
  readonly besides?: (cell: string) => boolean
  /** Where known history begins; the first event where absent. */
  readonly history_from?: string
}

interface Cell {
  readonly part: Part<any, any, any, any>
  readonly root: string
  state: unknown
  /** By subject and bucket: together with the detector they are the alert's identity. */
  held: Map<string, Finding>
  /** Whether what is held keeps the memory: what was said by `touched` does not. */
  keeps: boolean
  wakeAt: Instant | undefined
  forgetAt: Instant | undefined
}

const normalise = createNormaliser((value) => `hmac:${value}`)

const FEW = 50

/**
 * What examples say of a detector holds whether or not its memory was written down and read again between any two events:
 * an example that forgets to ask finds what a memory's form leaves out all the same. Long ones are about numbers.
 */
export function run(detector: Detector, events: readonly Given[], options: Options = {}): Outcome {
  const outcome = runOnce(detector, events, options)
  if (events.length <= FEW && detector.parts.some((part) => !part.memoryless))
    expect(runOnce(detector, events, { ...options, crashEachStep: true })).toEqual(outcome)
  return outcome
}

/**
 * The plainest possible engine: one event after the other, everything in memory. It is what detectors' tests run on, and
 * the oracle that the real shard is compared with. Events and memory are frozen, and memory is copied after every step, so
 * that a detector that changes either in place, or keeps something that cannot be stored, fails its tests; so does one that
 * says two things of one subject and bucket.
 */
export function runOnce(detector: Detector, events: readonly Given[], options: Options = {}): Outcome {
  const { crashEachStep, only, besides } = options
  const keep = crashEachStep ? throughJson : freezeCopy
  const book = new ReferenceBook()
  const cells = new Map<string, Cell>()
  const visits = new Map<string, { readonly visit: Visit; readonly knowledge: number }>()
  const voided = new Map<string, Void>()
  const retracted = new Map<string, Finding>()
  const skipped: string[] = []
  const heardBy = new Set<string>()
  const tellers = new Set<string>()
  /** Which key holds which alert: one alert belongs to exactly one (contract, section 2, "Identity"). */
  const owners = new Map<string, string>()
  /** What parts have told in the step at hand, heard after it. */
  let told: Told[] = []
  let historyFrom = options.history_from === undefined ? undefined : parseInstant(options.history_from)
  let highest = Number.NEGATIVE_INFINITY
  const watermark = () => Math.max(BEFORE_TIME, highest - 10 * MINUTE)
  /** The time of the verdict in hand: that far has time passed for it, however far it has leapt. */
  let verdictAt: Instant | undefined

  function remembered({ form }: Cell['part'], state: unknown): unknown {
    return form && crashEachStep ? freeze(form.unpack(throughJson(form.pack(state)))) : keep(state)
  }

  function settle(cell: Cell, key: string, step: Step<unknown>): void {
    if (step.skipped) skipped.push(step.skipped)
    if (step.unchanged) return
    if (step.tells?.length) {
      tellers.add(key)
      told.push(...step.tells.map((one) => keep(one)))
    }
    cell.state = step.state === undefined ? cell.part.initial() : remembered(cell.part, step.state)
    // As in the shard: a verdict that is due already does not wait.
    cell.wakeAt = step.wakeAt !== undefined && step.wakeAt > (verdictAt ?? watermark()) ? step.wakeAt : undefined
    cell.forgetAt = step.forgetAt
    if (!step.holds && !step.touched) return
    if (step.holds) cell.keeps = step.holds.length > 0
    const held = heldAfter(cell, step)
    for (const [identity, finding] of cell.held) {
      owners.delete(identity)
      if (!held.has(identity)) retracted.set(`${key}|${identity}`, finding)
    }
    for (const identity of held.keys()) {
      if (owners.has(identity))
        throw new Error(`${detector.id} says ${identity} of two keys: ${owners.get(identity)} and ${key}.`)
      owners.set(identity, key)
      retracted.delete(`${key}|${identity}`)
    }
    cell.held = held
  }

  function heldAfter(cell: Cell, { holds, touched }: Step<unknown>): Map<string, Finding> {
    const held = new Map(holds ? [] : cell.held)
    for (const finding of holds ?? []) held.set(identityOf(cell.part.name, finding), keep(finding))
    if (held.size < (holds?.length ?? 0)) throw new Error(`${detector.id} says two things of one subject and bucket.`)
    for (const bucket of touched ?? []) {
      const identity = identityOf(cell.part.name, bucket)
      if (bucket.holds) held.set(identity, keep(bucket.holds))
      else held.delete(identity)
    }
    return held
  }

  function contextOf(root: string, at: Instant, admdvs: string, reference: ReferenceView = book): Context<unknown> {
    const params = paramsAt(detector.params, at, admdvs)
    return { root, at, watermark: verdictAt ?? watermark(), history_from: historyFrom ?? at, params, reference }
  }

  /** The second pass: what parts have told is heard, and what that makes others tell, until all is said. */
  function hearTold(): void {
    while (told.length > 0) {
      const heard = told
      told = []
      for (const one of heard) each(one, one.at, one.admdvs, 'onEvent')
    }
  }

  function each(all: Heard, at: Instant, admdvs: string, act: 'onEvent' | 'onVoid', reference?: ReferenceView): void {
    for (const part of detector.parts) {
      if (!part.on.includes(all.kind)) continue
      const heard = asSent(part, all)
      const root = part.root(heard)
      if (!root) continue
      const key = `${part.name}|${root}|${part.key(heard)}`
      if (only && !only(key) && !besides?.(key)) continue
      heardBy.add(key)
      const context = contextOf(root, at, admdvs, reference)
      if (act === 'onEvent' && part.concerns && !part.concerns(heard, context)) continue
      const empty = { part, root, state: part.initial(), held: new Map(), keeps: false, wakeAt: undefined, forgetAt: undefined }
      const cell = cells.get(key) ?? empty
      cells.set(key, cell)
      if (act === 'onEvent') settle(cell, key, part.onEvent(givenTo(cell), heard, context))
      else if (part.memoryless) settle(cell, key, { state: undefined, holds: [] })
      else if (part.onVoid) settle(cell, key, part.onVoid(givenTo(cell), heard as Voidable, context))
    }
  }

  function wake(): void {
    for (;;) {
      const due = [...cells].filter(([, cell]) => cell.wakeAt !== undefined && cell.wakeAt <= watermark())
      due.sort(([a, x], [b, y]) => x.wakeAt! - y.wakeAt! || (a < b ? -1 : 1))
      const [next] = due
      if (!next) return
      const [key, cell] = next
      verdictAt = cell.wakeAt!
      const context = contextOf(cell.root, verdictAt, '')
      cell.wakeAt = undefined
      settle(cell, key, cell.part.onTime!(givenTo(cell), context))
      hearTold()
      verdictAt = undefined
    }
  }

  /** As the shard does: memory whose time is over goes, unless something still holds on it; alerts stay. */
  function forget(): void {
    for (const cell of cells.values()) {
      if (cell.forgetAt === undefined || cell.forgetAt > watermark() || cell.keeps) continue
      cell.state = cell.part.initial()
      cell.wakeAt = undefined
      cell.forgetAt = undefined
    }
  }

  function hear(visit: Visit, at: Instant, act: 'onEvent' | 'onVoid', reference?: ReferenceView): void {
    for (const heard of heardIn(visit)) each(heard, at, visit.admdvs, act, reference)
  }

  for (const given of events) {
    if (isDerived(given)) {
      each(given, given.at, given.admdvs, 'onEvent')
      hearTold()
      continue
    }
    const wire = given
    if (wire.kind === 'reference') {
      putReference(book, wire)
      continue
    }
    const event = read(wire)
    if (options.history_from === undefined) historyFrom = Math.min(historyFrom ?? Infinity, eventTime(event))
    highest = Math.max(highest, eventTime(event))
    wake()
    forget()
    if (event.kind === 'settlement') {
      const visit = freeze(toVisit(event as Settlement, book))
      visits.set(visit.setl_id, { visit, knowledge: book.version })
      const reversal = voided.get(visit.setl_id)
      if (!reversal) hear(visit, visit.setl_time, 'onEvent')
      else each({ kind: 'reversal', reversal, visit, isUnheard: true }, reversal.setl_time, visit.admdvs, 'onEvent')
    } else if (event.kind === 'void') {
      const original = visits.get(event.orig_setl_id)
      if (original && !voided.has(event.orig_setl_id)) {
        const { visit, knowledge } = original
        hear(visit, event.setl_time, 'onVoid', book.asOf(knowledge))
        each({ kind: 'reversal', reversal: event as Void, visit }, event.setl_time, visit.admdvs, 'onEvent')
      }
      if (!voided.has(event.orig_setl_id)) voided.set(event.orig_setl_id, event as Void)
    } else if (event.kind !== 'heartbeat') {
      const moves = event.kind === 'inventory' ? traceMoves(event) : []
      for (const heard of [event, ...moves]) each(heard, eventTime(event), '', 'onEvent')
    }
    hearTold()
  }
  const open = [...cells].flatMap(([key, cell]) => (only && !only(key) ? [] : [...cell.held.values()]))
  open.sort((a, b) => a.at - b.at || (a.bucket < b.bucket ? -1 : 1))
  return { open, retracted: [...retracted.values()], skipped, cells: [...heardBy], tellers: [...tellers] }
}

/** Who says that the head of a settlement is enough gets no more than that. */
function asSent({ reads }: Cell['part'], heard: Heard): Heard {
  return reads === 'head' && heard.kind === 'settlement' ? (freeze(headOf(heard)) as Visit) : heard
}

function headOf({ feedetail, oprninfo, drug_trac_info, items, knownLines, ...head }: Visit): VisitHead {
  return head
}

/** Who owns its memory may change it. */
function givenTo({ part, state }: Cell): unknown {
  return part.owned ? structuredClone(state) : state
}

/** As the shard tells alerts apart: the name of a part stands before its buckets (contract, section 2, "Identity"). */
function identityOf(part: string, { subject, bucket }: Pick<Finding, 'subject' | 'bucket'>): string {
  return `${subject.type}|${subject.id}|${part ? `${part}:` : ''}${bucket}`
}

function isDerived(given: Given): given is Told | FindingChange {
  return given.kind === 'told' || given.kind === 'finding'
}

function throughJson<T>(value: T): T {
  return freeze(JSON.parse(JSON.stringify(value, storable)))
}

/** What JSON would change without a word. */
function storable(name: string, value: unknown): unknown {
  const isPlain =
    typeof value !== 'object' || value === null || Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype
  if (!isPlain || (typeof value === 'number' && !Number.isFinite(value)))
    throw new Error(`${name} cannot be stored: ${String(value)}`)
  return value
}

function freezeCopy<T>(value: T): T {
  return freeze(structuredClone(value))
}

function read(wire: Wire): Exclude<Event, { kind: 'reference' }> {
  const event = normalise(wire.kind as 'settlement', wire)
  if (isFault(event)) throw new Error(`The scenario has a bad event: ${event.message}`)
  return event as unknown as Exclude<Event, { kind: 'reference' }>
}

function putReference(book: ReferenceBook, wire: Wire): void {
  const { table, id, row, effective_from, effective_to, deleted } = wire as Record<string, any>
  if (!isReferenceTable(table)) throw new Error(`The scenario names an unknown reference table: ${table}`)
  const instant = (text?: string) => (text ? parseInstant(text) : undefined)
  book.put(table, { id, row, effective_from: instant(effective_from), effective_to: instant(effective_to) }, deleted === true)
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) freeze(inner)
  }
  return value
}
