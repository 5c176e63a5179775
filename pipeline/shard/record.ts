import type { Form } from '../../detectors/detector.ts'
import type { Instant } from '../../schemas/time.ts'

/** The memory of one key of one part, and the findings that hold there: alert id to the hash of what was said. */
export interface Cell {
  readonly state: unknown
  readonly held: Readonly<Record<string, string>>
  readonly wakeAt: Instant | undefined
  readonly forgetAt: Instant | undefined
}

export const NOTHING_HELD: Readonly<Record<string, string>> = {}

/** A cell in use; without one where nothing is remembered. */
export interface Slot {
  readonly drawer: Drawer
  /** Its part and key; `''` where it is alone in its drawer, whose own key says both. */
  readonly name: string
  readonly form: Form<unknown> | undefined
  cell: Cell | undefined
  /** It is no longer what is stored. */
  changed: boolean
  /** How often what holds here was said and has not been heard yet. */
  unheard: number
}

/**
 * A record is read in place: first the time when all of its cells that have an end may be forgotten, so that forgetting passes
 * most records over unread; then how many cells there are; then a directory of them; then, one after the other, the name of
 * each, what nearly none has (findings and a pending verdict) and what it remembers, both as JSON. Each of these may be empty.
 */
const HEADER = 12
const COUNT = 8
/** In the directory: when the cell may be forgotten, a hash of its name, and three lengths. */
const ENTRY = 24
const NAME_HASH = 8
const NAME_LENGTH = 12
const MORE_LENGTH = 16
const STATE_LENGTH = 20

/** UTF-8 needs no more bytes for each unit of a string. */
const BYTES_PER_UNIT = 3

/** Records are written one after the other into large pieces of memory: to get each its own would cost more than writing it. */
const PIECE = 1 << 20
let desk = Buffer.allocUnsafeSlow(PIECE)
let deskView = viewOf(desk)
/** Where in the piece the record in hand begins. */
let base = 0

/** The cells that lie together in one stored record. A cell that is not used is neither parsed nor written anew: it is copied. */
export class Drawer {
  /** Under which it is stored. */
  readonly key: string
  /** Nothing of it is stored yet. */
  fresh: boolean
  changed = false
  #record: Buffer
  #view: DataView
  #stored: number
  /** Those in use: of what is stored each at its place in the directory, then the new ones. */
  readonly #slots: (Slot | undefined)[]

  constructor(key: string, stored: Uint8Array | undefined) {
    this.key = key
    this.fresh = stored === undefined
    this.#record = stored ? Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength) : EMPTY
    this.#view = stored ? viewOf(stored) : EMPTY_VIEW
    this.#stored = this.#view.getUint32(COUNT, true)
    this.#slots = new Array(this.#stored).fill(undefined)
  }

  /** The cell of this name. */
  slot(name: string, form: Form<unknown> | undefined): Slot {
    const slots = this.#slots
    const hash = hashOf(name)
    let from = HEADER + this.#stored * ENTRY
    for (let i = 0, entry = HEADER; i < this.#stored; i++, entry += ENTRY) {
      if (this.#view.getUint32(entry + NAME_HASH, true) === hash) {
        const slot = slots[i]
        if (slot ? slot.name === name : this.#isNamed(entry, from, name)) return slot ?? this.#use(i, entry, from, name, form)
      }
      from += this.#lengthAt(entry)
    }
    for (let i = this.#stored; i < slots.length; i++) if (slots[i]!.name === name) return slots[i]!
    const slot: Slot = { drawer: this, name, form, cell: undefined, changed: false, unheard: 0 }
    slots.push(slot)
    return slot
  }

  /** All cells, those too whose detectors do not run. */
  all(): Slot[] {
    for (let i = 0, entry = HEADER, from = HEADER + this.#stored * ENTRY; i < this.#stored; i++, entry += ENTRY) {
      const length = this.#view.getUint32(entry + NAME_LENGTH, true)
      if (!this.#slots[i]) this.#use(i, entry, from, this.#record.toString('utf8', from, from + length), undefined)
      from += this.#lengthAt(entry)
    }
    return this.#slots.filter((slot): slot is Slot => slot?.cell !== undefined)
  }

  /** Drops what may be forgotten. */
  forget(watermark: Instant): void {
    for (let i = 0, entry = HEADER; i < this.#slots.length; i++, entry += ENTRY) {
      const slot = this.#slots[i]
      if (slot ? slot.cell === undefined || expiryOf(slot.cell) > watermark : this.#expiryAt(entry) > watermark) continue
      this.changed = true
      if (slot) {
        slot.cell = undefined
        slot.changed = true
      } else this.#slots[i] = { drawer: this, name: FORGOTTEN, form: undefined, cell: undefined, changed: true, unheard: 0 }
    }
  }

  /** The record as it is now; `null` where nothing is left. */
  encode(): Uint8Array | null {
    const slots = this.#slots
    let count = 0
    for (let i = 0; i < slots.length; i++) if (this.#isKept(i)) count++
    if (count === 0) return null
    let last = Number.NEGATIVE_INFINITY
    let entry = HEADER
    let end = HEADER + count * ENTRY
    let copied = false
    makeRoom(end)
    for (let i = 0, stored = HEADER, from = HEADER + this.#stored * ENTRY; i < slots.length; i++, stored += ENTRY) {
      const length = i < this.#stored ? this.#lengthAt(stored) : 0
      if (this.#isKept(i)) {
        const slot = slots[i]
        if (slot?.changed) end = writeCell(slot, slot.cell!, entry, end)
        else {
          end = this.#copy(stored, from, length, entry, end)
          copied = true
        }
        const expiry = deskView.getFloat64(base + entry, true)
        // What never ends does not keep what does: the latest end of those that have one.
        if (expiry > last && expiry !== Number.POSITIVE_INFINITY) last = expiry
        entry += ENTRY
      }
      from += length
    }
    if (!copied) this.#letGo()
    deskView.setFloat64(base, last === Number.NEGATIVE_INFINITY ? Number.POSITIVE_INFINITY : last, true)
    deskView.setUint32(base + COUNT, count, true)
    const record = desk.subarray(base, base + end)
    base += end
    return record
  }

  /** Whether the cell is there, stored or new. */
  #isKept(i: number): boolean {
    const slot = this.#slots[i]
    return slot?.changed ? slot.cell !== undefined : i < this.#stored
  }

  /** Every cell is in use and has changed: what is stored is needed no more. */
  #letGo(): void {
    this.#record = EMPTY
    this.#view = EMPTY_VIEW
    this.#stored = 0
  }

  #use(i: number, entry: number, from: number, name: string, form: Form<unknown> | undefined): Slot {
    const view = this.#view
    const more = from + view.getUint32(entry + NAME_LENGTH, true)
    const state = more + view.getUint32(entry + MORE_LENGTH, true)
    const end = state + view.getUint32(entry + STATE_LENGTH, true)
    const [held, wakeAt, forgetAt] = more === state ? [NOTHING_HELD, null, this.#expiryAt(entry)] : this.#more(more, state)
    const packed = state === end ? undefined : this.#parsed(state, end)
    const cell: Cell = {
      state: form && packed !== undefined ? form.unpack(packed) : packed,
      held: hasAny(held) ? held : NOTHING_HELD,
      wakeAt: wakeAt ?? undefined,
      forgetAt: forgetAt === null || forgetAt === Number.POSITIVE_INFINITY ? undefined : forgetAt,
    }
    const slot: Slot = { drawer: this, name, form, cell, changed: false, unheard: 0 }
    this.#slots[i] = slot
    return slot
  }

  #more(from: number, to: number): More {
    return this.#parsed(from, to) as More
  }

  #parsed(from: number, to: number): unknown {
    return JSON.parse(this.#record.toString('utf8', from, to))
  }

  #copy(stored: number, from: number, length: number, entry: number, end: number): number {
    makeRoom(end + length)
    this.#record.copy(desk, base + entry, stored, stored + ENTRY)
    this.#record.copy(desk, base + end, from, from + length)
    return end + length
  }

  /** Without making a string of it, where it is ASCII. */
  #isNamed(entry: number, from: number, name: string): boolean {
    const length = this.#view.getUint32(entry + NAME_LENGTH, true)
    const record = this.#record
    if (length !== name.length) return record.toString('utf8', from, from + length) === name
    for (let i = 0; i < length; i++) if (record[from + i] !== name.charCodeAt(i)) return false
    return true
  }

  #expiryAt(entry: number): Instant {
    return this.#view.getFloat64(entry, true)
  }

  #lengthAt(entry: number): number {
    const view = this.#view
    const nameAndMore = view.getUint32(entry + NAME_LENGTH, true) + view.getUint32(entry + MORE_LENGTH, true)
    return nameAndMore + view.getUint32(entry + STATE_LENGTH, true)
  }
}

/** When every cell of a stored record that has an end may be forgotten. */
export function lastExpiryOf(stored: Uint8Array): Instant {
  return viewOf(stored).getFloat64(0, true)
}

const EMPTY = Buffer.alloc(HEADER)
const EMPTY_VIEW = viewOf(EMPTY)
/** Stands for the name of what was forgotten unread; nothing is called so. */
const FORGOTTEN = '\0'

/** What is held, when a verdict is due, and when the cell could be forgotten if it held nothing. */
type More = readonly [held: Cell['held'], wakeAt: Instant | null, forgetAt: Instant | null]

function writeCell({ name, form }: Slot, cell: Cell, entry: number, from: number): number {
  const { state, held, wakeAt, forgetAt } = cell
  const more =
    held === NOTHING_HELD && wakeAt === undefined ? '' : JSON.stringify([held, wakeAt ?? null, forgetAt ?? null] satisfies More)
  const memory = state === undefined ? '' : JSON.stringify(form ? form.pack(state) : state)
  makeRoom(from + (name.length + more.length + memory.length) * BYTES_PER_UNIT)
  const start = base + from
  const nameLength = name === '' ? 0 : desk.write(name, start)
  const moreLength = more === '' ? 0 : desk.write(more, start + nameLength)
  const stateLength = memory === '' ? 0 : desk.write(memory, start + nameLength + moreLength)
  const at = base + entry
  deskView.setFloat64(at, expiryOf(cell), true)
  deskView.setUint32(at + NAME_HASH, hashOf(name), true)
  deskView.setUint32(at + NAME_LENGTH, nameLength, true)
  deskView.setUint32(at + MORE_LENGTH, moreLength, true)
  deskView.setUint32(at + STATE_LENGTH, stateLength, true)
  return from + nameLength + moreLength + stateLength
}

/** What an open finding rests on is never forgotten: a void years later must still be judged. */
export function expiryOf({ held, forgetAt }: Cell): Instant {
  return hasAny(held) ? Number.POSITIVE_INFINITY : (forgetAt ?? Number.POSITIVE_INFINITY)
}

function hasAny(held: Readonly<Record<string, string>>): boolean {
  for (const _ in held) return true
  return false
}

/** Room for a record of this length; what is written of it already goes with it. */
function makeRoom(length: number): void {
  if (base + length <= desk.length) return
  const next = Buffer.allocUnsafeSlow(Math.max(PIECE, length * 2))
  desk.copy(next, 0, base)
  desk = next
  deskView = viewOf(desk)
  base = 0
}

/** Tells names apart without reading them (FNV-1a). */
function hashOf(name: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}
