import type { Form, Space } from '../../detectors/detector.ts'
import type { Instant } from '../../schemas/time.ts'
import type { StagedMemory } from '../memory/staged.ts'
import { keyPart } from './identity.ts'

/** The version of the stored form below; a data directory with another one is refused. */
export const STATE_SCHEMA_VERSION = 1

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
interface Slot {
  readonly cell: Cell | undefined
  readonly stored: StoredCell | undefined
  readonly form: Form<unknown> | undefined
  /** When it may be forgotten; `Infinity` where it has no end or holds a finding. */
  readonly expiry: Instant
}

/** The cells that lie together in one stored record: all of a person, or those of one part for an institution. */
type Drawer = Map<string, Slot>

type StoredCell = [state: unknown, held: Record<string, string> | 0, wakeAt: number | null, forgetAt: number | null]

/** Where a cell lies: its drawer's key in memory, and its own key inside. */
export interface CellPlace {
  readonly drawer: string
  readonly cell: string
}

/**
 * The cells of a person as such share one record, because one settlement touches most of them at once and one person
 * rarely. Below the person (a visit, a day) and elsewhere each has its own: visits are many and seldom touched again,
 * institutions and doctors large and hot.
 */
export function placeOf(space: Space, root: string, part: string, key: string): CellPlace {
  if (space === 'person' && key === '') return { drawer: `${PREFIX}person|${root}`, cell: part }
  return { drawer: `${PREFIX}${space}|${root}|${part}|${keyPart(key)}`, cell: '' }
}

/** All cells of a shard: decoded on first use, encoded once per batch, forgotten when their time is over. */
export class Cells {
  readonly #memory: StagedMemory
  /** Drawers that this batch has opened, and those that only the batch before it had. Older ones are in memory. */
  #live = new Map<string, Drawer>()
  #resting = new Map<string, Drawer>()
  readonly #dirty = new Set<string>()
  /** Where the round of forgetting goes on. */
  #sweptTo = PREFIX

  constructor(memory: StagedMemory) {
    this.#memory = memory
  }

  get(place: CellPlace): Cell | undefined {
    const slot = this.#open(place.drawer)?.get(place.cell)
    return slot && (slot.cell ??= parse(slot.text!))
  }

  /** Puts a cell, or removes it. */
  set(place: CellPlace, cell: Cell | undefined): void {
    let drawer = this.#open(place.drawer)
    if (!drawer) {
      if (!cell) return
      drawer = new Map()
      this.#live.set(place.drawer, drawer)
    }
    if (cell) drawer.set(place.cell, { cell, text: undefined, expiry: expiryOf(cell) })
    else drawer.delete(place.cell)
    this.#dirty.add(place.drawer)
  }

  /**
   * Drops what may be forgotten. Records are visited in turn, twice as many per batch as the batch has changed: that keeps
   * pace with any growth and needs no index of expiries. What is forgotten late was of no consequence any more.
   */
  forget(watermark: Instant): void {
    let left = 2 * this.#dirty.size + 1
    for (const [key, stored] of this.#memory.scanCommitted(this.#sweptTo, PREFIX)) {
      this.#sweptTo = key
      if (left-- === 0) return
      if (earliestOf(stored) > watermark) continue
      const drawer = this.#open(key)
      if (!drawer) continue
      for (const [name, { expiry }] of drawer) {
        if (expiry > watermark) continue
        drawer.delete(name)
        this.#dirty.add(key)
      }
    }
    this.#sweptTo = PREFIX
  }

  /** Writes the changed records into the staged memory. */
  flush(): void {
    for (const key of this.#dirty) {
      const drawer = this.#live.get(key)!
      this.#memory.set(key, drawer.size > 0 ? encode(drawer) : null)
    }
    this.#dirty.clear()
    // What is hot (institutions, doctors) is opened by every batch and so never parsed again. Keeping more alive would cost
    // the collector more than parsing costs.
    this.#resting = this.#live
    this.#live = new Map()
  }

  #open(key: string): Drawer | undefined {
    const live = this.#live.get(key)
    if (live) return live
    const drawer = this.#resting.get(key) ?? this.#read(key)
    if (drawer) this.#live.set(key, drawer)
    return drawer
  }

  #read(key: string): Drawer | undefined {
    const stored = this.#memory.get(key)
    return stored && decode(stored)
  }
}

const PREFIX = 'c|'
export const NOTHING_HELD: Readonly<Record<string, string>> = {}

/** What an open finding rests on is never forgotten: a void years later must still be judged. */
function expiryOf({ held, forgetAt }: Cell): Instant {
  for (const _ in held) return Number.POSITIVE_INFINITY
  return forgetAt ?? Number.POSITIVE_INFINITY
}

function textOf({ state, held, wakeAt, forgetAt }: Cell): string {
  const stored: StoredCell = [state, held === NOTHING_HELD ? 0 : held, wakeAt ?? null, forgetAt ?? null]
  return JSON.stringify(stored)
}

function parse(text: string): Cell {
  const [state, held, wakeAt, forgetAt] = JSON.parse(text) as StoredCell
  return { state: state ?? undefined, held: held || NOTHING_HELD, wakeAt: wakeAt ?? undefined, forgetAt: forgetAt ?? undefined }
}

/** A record begins with the earliest expiry of its cells, so that forgetting passes most of them over unread. */
const HEADER = 16
const NEVER = '~'.padEnd(HEADER)

/** Neither occurs unescaped in JSON, nor in a key. */
const AFTER_CELL = '\u0001'
const AFTER_FIELD = '\u0002'

/** Per cell: key, expiry (empty where there is none), text. */
function encode(drawer: Drawer): Uint8Array {
  let earliest = Number.POSITIVE_INFINITY
  let text = ''
  for (const [key, slot] of drawer) {
    slot.text ??= textOf(slot.cell!)
    if (slot.expiry < earliest) earliest = slot.expiry
    const expiry = slot.expiry === Number.POSITIVE_INFINITY ? '' : String(slot.expiry)
    text += key + AFTER_FIELD + expiry + AFTER_FIELD + slot.text + AFTER_CELL
  }
  const header = earliest === Number.POSITIVE_INFINITY ? NEVER : String(earliest).padEnd(HEADER)
  return Buffer.from(header + text)
}

function earliestOf(stored: Uint8Array): Instant {
  const header = asBuffer(stored).toString('latin1', 0, HEADER)
  return header === NEVER ? Number.POSITIVE_INFINITY : Number(header)
}

function decode(stored: Uint8Array): Drawer {
  const drawer: Drawer = new Map()
  const cells = asBuffer(stored).toString('utf8', HEADER).split(AFTER_CELL)
  cells.pop()
  for (const cell of cells) {
    const [key, expiry, text] = cell.split(AFTER_FIELD) as [string, string, string]
    drawer.set(key, { cell: undefined, text, expiry: expiry === '' ? Number.POSITIVE_INFINITY : Number(expiry) })
  }
  return drawer
}

function asBuffer(stored: Uint8Array): Buffer {
  return Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength)
}
