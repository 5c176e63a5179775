import type { Form, Space } from '../../detectors/detector.ts'
import { type Instant, SECOND } from '../../schemas/time.ts'
import type { StagedMemory } from '../memory/staged.ts'
import { keyPart } from './identity.ts'

/** The version of the stored form below; a data directory with another one is refused. */
export const STATE_SCHEMA_VERSION = 3

/** The memory of one key of one part, and the findings that hold there: alert id to the hash of what was said. */
export interface Cell {
  readonly state: unknown
  readonly held: Readonly<Record<string, string>>
  readonly wakeAt: Instant | undefined
  readonly forgetAt: Instant | undefined
}

/**
 * A cell in a drawer: as an object, as its stored text, or both. A drawer has many cells of which one event touches few;
 * the others are neither parsed nor written anew.
 */
export interface Slot {
  readonly name: string
  cell: Cell | undefined
  text: string | undefined
  form: Form<unknown> | undefined
  /** When it may be forgotten; `Infinity` where it has no end or holds a finding. */
  expiry: Instant
}

/** The few cells that lie together in one stored record: all of a person, or one of an institution. */
interface Drawer {
  slots: Slot[]
  changed: boolean
  /** Nothing of it is stored yet. */
  fresh: boolean
}

/** Where a cell lies: whose it is, its drawer's key in memory, and its own name inside. */
export interface CellPlace {
  readonly root: string
  readonly drawer: string
  readonly cell: string
}

const PREFIX = 'c|'
const NO_DRAWER: { readonly key: string; readonly drawer: Drawer } = {
  key: '',
  drawer: { slots: [], changed: false, fresh: true },
}
/**
 * Persons and packages are millions and rarely come twice in one batch: their drawers are closed after each event, for what
 * stays open costs the collector more than parsing. Institutions, doctors and the like are few, large and hot.
 */
const RARE = (['person', 'trace'] satisfies Space[]).map((space) => `${PREFIX}${space}|`)

/** All cells of a shard: decoded on first use, encoded once per event or batch, forgotten when their time is over. */
export class Cells {
  readonly #memory: StagedMemory
  /** Drawers of the rare that the event in hand has opened. */
  #rare = new Map<string, Drawer>()
  /** Drawers of the hot that this batch has opened, and those that only the batch before it had. */
  #hot = new Map<string, Drawer>()
  #resting = new Map<string, Drawer>()
  /** Records that this batch has made anew. */
  #made = 0
  /** Where the round of forgetting goes on. */
  #sweptTo = PREFIX
  /** The drawer last asked for: the parts that hear an event mostly ask for one and the same. */
  #last = NO_DRAWER
  /** The person last asked for, whose parts are asked for one after the other. */
  #person = { root: '', drawer: '' }

  constructor(memory: StagedMemory) {
    this.#memory = memory
  }

  /**
   * The cells of a person share one record, because one settlement touches many of them at once and one person rarely; a
   * cell that an event does not touch is neither parsed nor written anew. Elsewhere each has its own: institutions and
   * doctors are large and hot.
   */
  placeOf(space: Space, root: string, part: string, key: string): CellPlace {
    if (space !== 'person') return { root, drawer: `${PREFIX}${space}|${keyPart(root)}|${part}|${keyPart(key)}`, cell: '' }
    if (this.#person.root !== root) this.#person = { root, drawer: `${PREFIX}person|${keyPart(root)}` }
    return { root, drawer: this.#person.drawer, cell: key === '' ? part : `${part}|${keyPart(key)}` }
  }

  get(place: CellPlace, form?: Form<unknown>): Cell | undefined {
    const slot = slotIn(this.#open(place.drawer), place.cell)
    if (slot && !slot.cell) slot.cell = parse(slot.text!, form)
    return slot?.cell
  }

  /** Puts a cell, or removes it. */
  set(place: CellPlace, cell: Cell | undefined, form?: Form<unknown>): void {
    const drawer = this.#open(place.drawer)
    const slot = slotIn(drawer, place.cell)
    if (!cell) {
      if (!slot) return
      drawer.slots = drawer.slots.filter((other) => other !== slot)
    } else if (slot) {
      slot.cell = cell
      slot.text = undefined
      slot.form = form
      slot.expiry = expiryOf(cell)
    } else drawer.slots.push({ name: place.cell, cell, text: undefined, form, expiry: expiryOf(cell) })
    drawer.changed = true
  }

  /** An event is done: what it has changed of the rare is written into the staged memory. */
  close(watermark: Instant): void {
    for (const [key, drawer] of this.#rare) {
      if (drawer.changed) drawer.slots = stillOf(drawer.slots, watermark)
      this.#write(key, drawer)
    }
    this.#last = NO_DRAWER
    // Not `clear`: that links the tables it drops one to the next, and the first old one keeps all that follow alive.
    this.#rare = new Map()
  }

  /**
   * Drops what may be forgotten. Records are visited in turn, twice as many per batch as the batch has made anew: that keeps
   * pace with any growth and needs no index of expiries. What is forgotten late was of no consequence any more; what is
   * written again before is rid of it then.
   */
  forget(watermark: Instant): void {
    let left = 2 * this.#made + 1
    for (const [key, stored] of this.#memory.scanCommitted(this.#sweptTo, PREFIX)) {
      this.#sweptTo = key
      if (left-- === 0) return
      if (asBuffer(stored).readDoubleLE() > watermark) continue
      const drawer = this.#open(key)
      const kept = stillOf(drawer.slots, watermark)
      if (kept === drawer.slots) continue
      drawer.slots = kept
      drawer.changed = true
    }
    this.#sweptTo = PREFIX
  }

  /** A batch is done: everything that it has changed is in the staged memory. */
  flush(watermark: Instant): void {
    this.close(watermark)
    for (const [key, drawer] of this.#hot) this.#write(key, drawer)
    // What is hot is opened by every batch and so never parsed again.
    this.#resting = this.#hot
    this.#hot = new Map()
    this.#made = 0
  }

  #write(key: string, drawer: Drawer): void {
    if (!drawer.changed) return
    this.#memory.set(key, drawer.slots.length > 0 ? encode(drawer.slots) : null)
    drawer.changed = false
    if (drawer.fresh) this.#made++
    drawer.fresh = false
  }

  /** The drawer, empty where nothing is stored. */
  #open(key: string): Drawer {
    if (this.#last.key === key) return this.#last.drawer
    const drawer = this.#find(key)
    this.#last = { key, drawer }
    return drawer
  }

  #find(key: string): Drawer {
    const rare = isRare(key)
    const open = rare ? this.#rare : this.#hot
    let drawer = open.get(key)
    if (drawer) return drawer
    drawer = (rare ? undefined : this.#resting.get(key)) ?? this.#read(key)
    open.set(key, drawer)
    return drawer
  }

  #read(key: string): Drawer {
    const stored = this.#memory.get(key)
    return { slots: stored ? decode(stored) : [], changed: false, fresh: stored === undefined }
  }
}

/** The slots that may not be forgotten yet; the very same list where these are all. */
function stillOf(slots: Slot[], watermark: Instant): Slot[] {
  for (const { expiry } of slots) if (expiry <= watermark) return slots.filter((slot) => slot.expiry > watermark)
  return slots
}

export const NOTHING_HELD: Readonly<Record<string, string>> = {}

function isRare(drawer: string): boolean {
  for (const prefix of RARE) if (drawer.startsWith(prefix)) return true
  return false
}

function slotIn({ slots }: Drawer, name: string): Slot | undefined {
  for (const slot of slots) if (slot.name === name) return slot
  return undefined
}

/** What an open finding rests on is never forgotten: a void years later must still be judged. */
function expiryOf({ held, forgetAt }: Cell): Instant {
  for (const _ in held) return Number.POSITIVE_INFINITY
  return forgetAt ?? Number.POSITIVE_INFINITY
}

/**
 * A record begins with the time when all of its cells that have an end may be forgotten: forgetting passes most records over
 * unread, and writes none anew for the sake of one cell.
 */
const HEADER = 8
/** Neither occurs unescaped in JSON, nor in a key. */
const AFTER_CELL = '\u0001'
const AFTER_FIELD = '\u0002'
/** Times in few digits: whole seconds. */
const RADIX = 36

/** When to forget; what nearly no cell has, findings and a pending verdict; and what it remembers. Each may be empty. */
function textOf({ state, held, wakeAt, forgetAt }: Cell, form: Form<unknown> | undefined): string {
  const end = forgetAt === undefined ? '' : Math.ceil(forgetAt / SECOND).toString(RADIX)
  const more = held === NOTHING_HELD && wakeAt === undefined ? '' : JSON.stringify([held, wakeAt ?? null])
  const memory = state === undefined ? '' : JSON.stringify(form ? form.pack(state) : state)
  return end + AFTER_FIELD + more + AFTER_FIELD + memory
}

type More = readonly [held: Record<string, string>, wakeAt: Instant | null]
const NO_MORE: More = [NOTHING_HELD, null]

function parse(text: string, form: Form<unknown> | undefined): Cell {
  const [end, more, memory] = text.split(AFTER_FIELD) as [string, string, string]
  const [held, wakeAt] = more === '' ? NO_MORE : (JSON.parse(more) as More)
  const packed = memory === '' ? undefined : JSON.parse(memory)
  return {
    state: form && packed !== undefined ? form.unpack(packed) : packed,
    held: Object.keys(held).length > 0 ? held : NOTHING_HELD,
    wakeAt: wakeAt ?? undefined,
    forgetAt: end === '' ? undefined : timeIn(end),
  }
}

function timeIn(text: string): Instant {
  return Number.parseInt(text, RADIX) * SECOND
}

/** A record of these cells. */
export function encode(slots: readonly Slot[]): Uint8Array {
  let text = ''
  for (const slot of slots) {
    slot.text ??= textOf(slot.cell!, slot.form)
    text += slot.name + AFTER_FIELD + slot.text + AFTER_CELL
  }
  const record = Buffer.allocUnsafe(HEADER + Buffer.byteLength(text))
  record.writeDoubleLE(lastExpiry(slots))
  record.write(text, HEADER)
  return record
}

/** What never ends does not keep what does: the latest end of those that have one. */
function lastExpiry(slots: readonly Slot[]): Instant {
  let last = Number.NEGATIVE_INFINITY
  for (const { expiry } of slots) if (expiry > last && expiry !== Number.POSITIVE_INFINITY) last = expiry
  return last === Number.NEGATIVE_INFINITY ? Number.POSITIVE_INFINITY : last
}

/** The cells of a record. */
export function decode(stored: Uint8Array): Slot[] {
  const cells = asBuffer(stored).toString('utf8', HEADER).split(AFTER_CELL)
  cells.pop()
  return cells.map((cell) => {
    const at = cell.indexOf(AFTER_FIELD)
    const text = cell.slice(at + 1)
    return { name: cell.slice(0, at), cell: undefined, text, form: undefined, expiry: expiryIn(text) }
  })
}

function expiryIn(text: string): Instant {
  const end = text.indexOf(AFTER_FIELD)
  const holds = text[end + 1] !== AFTER_FIELD && !text.startsWith('[{}', end + 1)
  return holds || end === 0 ? Number.POSITIVE_INFINITY : timeIn(text.slice(0, end))
}

function asBuffer(stored: Uint8Array): Buffer {
  return Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength)
}
