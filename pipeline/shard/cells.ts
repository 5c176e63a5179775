import { Packr } from 'msgpackr'
import type { Space } from '../../detectors/detector.ts'
import { dayOf, type Instant } from '../../schemas/time.ts'
import type { StagedMemory } from '../memory/staged.ts'

/** The version of the stored form below; a data directory with another one is refused. */
export const STATE_SCHEMA_VERSION = 1

/** The memory of one key of one part, and the findings that hold there: alert id to the hash of what was said. */
export interface Cell {
  readonly state: unknown
  readonly held: Readonly<Record<string, string>>
  readonly wakeAt: Instant | undefined
  readonly forgetAt: Instant | undefined
}

/** The cells that lie together in one stored record: all of a person, or those of one part for an institution. */
interface Drawer {
  readonly cells: Map<string, Cell>
  /** Day under which the record is listed for forgetting; one listing at a time. */
  listedFor: number | undefined
  dirty: boolean
}

type StoredCell = [key: string, state: unknown, held: Record<string, string> | 0, wakeAt: number | null, forgetAt: number | null]

const packr = new Packr({ useRecords: false, structuredClone: false, mapsAsObjects: true })

/** Live drawers kept decoded between batches. Beyond this many the oldest are dropped; LMDB has them all. */
const LIVE_DRAWERS = 60_000

/** Where a cell lies: its drawer's key in memory, and its own key inside. */
export interface CellPlace {
  readonly drawer: string
  readonly cell: string
}

/**
 * A person's cells share one record, because one settlement touches many of them at once and one person rarely; those of
 * an institution, doctor or item are large and hot, so each part has its own.
 */
export function placeOf(space: Space, root: string, part: string, key: string): CellPlace {
  return space === 'person'
    ? { drawer: `c|person|${root}`, cell: `${part}|${key}` }
    : { drawer: `c|${space}|${root}|${part}`, cell: key }
}

/** All cells of a shard: decoded on first use, encoded once per batch, forgotten when their time is over. */
export class Cells {
  readonly #memory: StagedMemory
  readonly #live = new Map<string, Drawer>()
  readonly #dirty = new Set<string>()

  constructor(memory: StagedMemory) {
    this.#memory = memory
  }

  get(place: CellPlace): Cell | undefined {
    return this.#open(place.drawer)?.cells.get(place.cell)
  }

  /** Puts a cell, or removes it. */
  set(place: CellPlace, cell: Cell | undefined): void {
    let drawer = this.#open(place.drawer)
    if (!drawer) {
      if (!cell) return
      drawer = { cells: new Map(), listedFor: undefined, dirty: false }
      this.#live.set(place.drawer, drawer)
    }
    if (cell) drawer.cells.set(place.cell, cell)
    else drawer.cells.delete(place.cell)
    drawer.dirty = true
    this.#dirty.add(place.drawer)
  }

  /** Drops what may be forgotten, at most `limit` records, in the order in which it fell due. */
  forget(watermark: Instant, limit: number): void {
    const today = dayOf(watermark)
    let examined = 0
    for (const [listing] of this.#memory.scan('x|')) {
      const [, day, ...rest] = listing.split('|')
      if (Number(day) >= today || examined++ >= limit) return
      this.#memory.set(listing, null)
      const key = rest.join('|')
      const drawer = this.#open(key)
      if (!drawer) continue
      drawer.listedFor = undefined
      for (const [name, cell] of drawer.cells) {
        if (cell.forgetAt !== undefined && cell.forgetAt <= watermark && isFree(cell)) drawer.cells.delete(name)
      }
      this.#dirty.add(key)
    }
  }

  /** Writes the changed records into the staged memory. */
  flush(): void {
    for (const key of this.#dirty) {
      const drawer = this.#live.get(key)!
      drawer.dirty = false
      if (drawer.cells.size === 0) {
        this.#unlist(key, drawer)
        this.#live.delete(key)
        this.#memory.set(key, null)
      } else {
        this.#list(key, drawer)
        this.#memory.set(key, encode(drawer))
      }
    }
    this.#dirty.clear()
    for (const key of this.#live.keys()) {
      if (this.#live.size <= LIVE_DRAWERS) break
      this.#live.delete(key)
    }
  }

  #open(key: string): Drawer | undefined {
    const live = this.#live.get(key)
    if (live) return live
    const stored = this.#memory.get(key)
    if (!stored) return undefined
    const drawer = decode(stored)
    this.#live.set(key, drawer)
    return drawer
  }

  /** Lists the record under the first day on which one of its cells may be forgotten. */
  #list(key: string, drawer: Drawer): void {
    let first = Number.POSITIVE_INFINITY
    for (const cell of drawer.cells.values()) {
      if (cell.forgetAt !== undefined && isFree(cell) && cell.forgetAt < first) first = cell.forgetAt
    }
    if (first === Number.POSITIVE_INFINITY) return
    const day = dayOf(first)
    if (drawer.listedFor !== undefined && drawer.listedFor <= day) return
    this.#unlist(key, drawer)
    drawer.listedFor = day
    this.#memory.set(`x|${day}|${key}`, EMPTY)
  }

  #unlist(key: string, drawer: Drawer): void {
    if (drawer.listedFor !== undefined) this.#memory.set(`x|${drawer.listedFor}|${key}`, null)
    drawer.listedFor = undefined
  }
}

const EMPTY = new Uint8Array(0)
export const NOTHING_HELD: Readonly<Record<string, string>> = {}

/** What an open finding rests on is never forgotten: a void years later must still be judged. */
function isFree(cell: Cell): boolean {
  for (const _ in cell.held) return false
  return true
}

function encode(drawer: Drawer): Uint8Array {
  const cells: StoredCell[] = []
  for (const [key, { state, held, wakeAt, forgetAt }] of drawer.cells) {
    cells.push([key, state, held === NOTHING_HELD ? 0 : held, wakeAt ?? null, forgetAt ?? null])
  }
  return packr.pack([drawer.listedFor ?? null, cells])
}

function decode(stored: Uint8Array): Drawer {
  const [listedFor, cells] = packr.unpack(stored) as [number | null, StoredCell[]]
  const drawer: Drawer = { cells: new Map(), listedFor: listedFor ?? undefined, dirty: false }
  for (const [key, state, held, wakeAt, forgetAt] of cells) {
    drawer.cells.set(key, { state, held: held || NOTHING_HELD, wakeAt: wakeAt ?? undefined, forgetAt: forgetAt ?? undefined })
  }
  return drawer
}
