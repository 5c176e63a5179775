import type { Event, Settlement } from '../../schemas/events.ts'
import { eventTime } from '../../schemas/events.ts'
import { createNormaliser, isFault } from '../../schemas/normalise.ts'
import { isReferenceTable } from '../../schemas/reference.ts'
import { type Instant, MINUTE, parseInstant } from '../../schemas/time.ts'
import type { Detector, Finding, Heard, Part, Step, Visit, Voidable } from '../detector.ts'
import { paramsAt } from '../params.ts'
import { doctorVisit, toVisit, traceMoves, traceUses } from '../project.ts'
import { ReferenceBook } from '../reference.ts'

export type Wire = Record<string, unknown>

export interface Outcome {
  /** What holds at the end, by bucket. */
  readonly open: readonly Finding<any>[]
  /** What held once and holds no longer. */
  readonly retracted: readonly Finding<any>[]
  readonly skipped: readonly string[]
  /** The keys that heard something, as `part|root|key`. */
  readonly cells: readonly string[]
}

export interface Options {
  /** Writes every cell out in its form, as JSON, and reads it back after each step, as a crash and a resume would. */
  readonly crashEachStep?: boolean
  /** Leaves out every cell but these; time passes all the same. */
  readonly only?: (cell: string) => boolean
}

interface Cell {
  readonly part: Part<any, any, any, any>
  readonly root: string
  state: unknown
  /** By subject and bucket: together with the detector they are the alert's identity. */
  held: Map<string, Finding>
  wakeAt: Instant | undefined
  forgetAt: Instant | undefined
}

const normalise = createNormaliser((value) => `hmac:${value}`)

/**
 * The plainest possible engine: one event after the other, everything in memory. It is what detectors' tests run on, and
 * the oracle that the real shard is compared with. Events and memory are frozen, and memory is copied after every step, so
 * that a detector that changes either in place, or keeps something that cannot be stored, fails its tests; so does one that
 * says two things of one subject and bucket.
 */
export function run(detector: Detector, events: readonly Wire[], { crashEachStep, only }: Options = {}): Outcome {
  const keep = crashEachStep ? throughJson : freezeCopy
  const book = new ReferenceBook()
  const cells = new Map<string, Cell>()
  const visits = new Map<string, Visit>()
  const voided = new Set<string>()
  const retracted = new Map<string, Finding>()
  const skipped: string[] = []
  const heardBy = new Set<string>()
  /** Which key holds which alert: one alert belongs to exactly one (contract, section 2, "Identity"). */
  const owners = new Map<string, string>()
  let highest = Number.NEGATIVE_INFINITY
  const watermark = () => highest - 10 * MINUTE

  function remembered({ form }: Cell['part'], state: unknown): unknown {
    return form && crashEachStep ? freeze(form.unpack(throughJson(form.pack(state)))) : keep(state)
  }

  function settle(cell: Cell, key: string, step: Step<unknown>): void {
    if (step.skipped) skipped.push(step.skipped)
    if (step.unchanged) return
    cell.state = step.state === undefined ? cell.part.initial() : remembered(cell.part, step.state)
    cell.wakeAt = step.wakeAt
    cell.forgetAt = step.forgetAt
    if (!step.holds) return
    const held = new Map(step.holds.map((finding) => [identityOf(cell.part.name, finding), keep(finding)]))
    if (held.size < step.holds.length) throw new Error(`${detector.id} says two things of one subject and bucket.`)
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

  function each(heard: Heard, at: Instant, admdvs: string, act: 'onEvent' | 'onVoid'): void {
    for (const part of detector.parts) {
      if (!part.on.includes(heard.kind)) continue
      const root = part.root(heard)
      if (!root) continue
      const key = `${part.name}|${root}|${part.key(heard)}`
      if (only && !only(key)) continue
      heardBy.add(key)
      const context = { root, at, watermark: watermark(), params: paramsAt(detector.params, at, admdvs), reference: book }
      if (act === 'onEvent' && part.concerns && !part.concerns(heard, context)) continue
      const empty = { part, root, state: part.initial(), held: new Map(), wakeAt: undefined, forgetAt: undefined }
      const cell = cells.get(key) ?? empty
      cells.set(key, cell)
      if (act === 'onEvent') settle(cell, key, part.onEvent(cell.state, heard, context))
      else if (part.memoryless) settle(cell, key, { state: undefined, holds: [] })
      else if (part.onVoid) settle(cell, key, part.onVoid(cell.state, heard as Voidable, context))
    }
  }

  function wake(): void {
    for (;;) {
      const due = [...cells].filter(([, cell]) => cell.wakeAt !== undefined && cell.wakeAt <= watermark())
      due.sort(([a, x], [b, y]) => x.wakeAt! - y.wakeAt! || (a < b ? -1 : 1))
      const [next] = due
      if (!next) return
      const [key, cell] = next
      const context = {
        root: cell.root,
        at: cell.wakeAt!,
        watermark: watermark(),
        params: paramsAt(detector.params, cell.wakeAt!, ''),
        reference: book,
      }
      cell.wakeAt = undefined
      settle(cell, key, cell.part.onTime!(cell.state, context))
    }
  }

  /** As the shard does: memory whose time is over goes, unless something still holds on it. */
  function forget(): void {
    for (const [key, cell] of cells) {
      if (cell.forgetAt !== undefined && cell.forgetAt <= watermark() && cell.held.size === 0) cells.delete(key)
    }
  }

  function hear(visit: Visit, at: Instant, act: 'onEvent' | 'onVoid'): void {
    const work = doctorVisit(visit)
    for (const heard of [visit, ...traceUses(visit), ...(work ? [work] : [])]) each(heard, at, visit.admdvs, act)
  }

  for (const wire of events) {
    if (wire.kind === 'reference') {
      putReference(book, wire)
      continue
    }
    const event = read(wire)
    highest = Math.max(highest, eventTime(event))
    wake()
    forget()
    if (event.kind === 'settlement') {
      const visit = freeze(toVisit(event as Settlement, book))
      visits.set(visit.setl_id, visit)
      if (!voided.has(visit.setl_id)) hear(visit, visit.setl_time, 'onEvent')
    } else if (event.kind === 'void') {
      const original = visits.get(event.orig_setl_id)
      if (original && !voided.has(event.orig_setl_id)) hear(original, event.setl_time, 'onVoid')
      voided.add(event.orig_setl_id)
    } else if (event.kind !== 'heartbeat') {
      const moves = event.kind === 'inventory' ? traceMoves(event) : []
      for (const heard of [event, ...moves]) each(heard, eventTime(event), '', 'onEvent')
    }
  }
  const open = [...cells.values()].flatMap((cell) => [...cell.held.values()])
  open.sort((a, b) => a.at - b.at || (a.bucket < b.bucket ? -1 : 1))
  return { open, retracted: [...retracted.values()], skipped, cells: [...heardBy] }
}

/** As the shard tells alerts apart: the name of a part stands before its buckets (contract, section 2, "Identity"). */
function identityOf(part: string, { subject, bucket }: Finding): string {
  return `${subject.type}|${subject.id}|${part ? `${part}:` : ''}${bucket}`
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
