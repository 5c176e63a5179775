import type { Space } from '../../detectors/detector.ts'
import type { Instant } from '../../schemas/time.ts'
import type { StagedMemory } from '../memory/staged.ts'
import { keyPart } from './identity.ts'
import type { Parts, RunningPart } from './parts.ts'
import { type Cell, Drawer, lastExpiryOf, NOTHING_HELD, type Slot } from './record.ts'

/** Where a cell lies: whose it is, its drawer's key in memory, and its own name inside where it is not alone there. */
export interface CellPlace {
  readonly root: string
  readonly drawer: string
  readonly cell: string
}

/** A cell that has its drawer for itself. */
interface Single {
  readonly slot: Slot
  readonly index: number
  readonly root: string
  readonly key: string
  /** When it was last asked for. */
  turn: number
}

/** So many of the hot are open at least before any is closed: where batches are small, the next one will ask for the same. */
const AT_HAND = 4_000

export const PREFIX = 'c|'
/**
 * Persons and packages are millions and rarely come twice in one batch: all cells of one share a drawer, for one event
 * touches many of them at once, and it is closed after a few events, for what stays open costs the collector more than parsing.
 * Institutions, doctors and the like are few, large and hot: each of their cells has a drawer for itself.
 */
type Rare = 'person' | 'trace'
function isRare(space: Space): space is Rare {
  return space === 'person' || space === 'trace'
}

/** All cells of a shard: decoded on first use, encoded once per event or batch, forgotten when their time is over. */
export class Cells {
  readonly #memory: StagedMemory
  /** The drawers of the rare whom the events in hand have asked for, by their names. */
  #rare = nobody()
  /**
   * The open cells of the hot, by the index of their part, then by key, then by root: keys are few, and to make one name of
   * both for every event would cost more than finding what it names.
   */
  readonly #singles: readonly Map<string, Map<string, Single>>[]
  /** Those that were asked for in this turn, and those of the turn before it. A turn is a large batch, or several small ones. */
  #hot: Single[] = []
  #resting: Single[] = []
  /** All of them, by their keys in memory. */
  readonly #hotByKey = new Map<string, Single>()
  #turn = 0
  /** Records that this batch has made anew. */
  #made = 0
  /** Where the round of forgetting goes on. */
  #sweptTo = PREFIX

  constructor(memory: StagedMemory, parts: Parts) {
    this.#memory = memory
    this.#singles = parts.all.map(() => new Map())
  }

  /** The cell of a part for a root and a key below it. */
  at(running: RunningPart, root: string, key: string): Slot {
    const { part, index } = running
    if (isRare(part.space)) return this.#shared(part.space, root).slot(nameOf(running, key), part.form)
    const single = this.#singles[index]!.get(key)?.get(root) ?? this.#open(running, root, key)
    if (single.turn !== this.#turn) {
      single.turn = this.#turn
      this.#hot.push(single)
    }
    return single.slot
  }

  /** Puts a cell, or removes it. */
  put(slot: Slot, cell: Cell | undefined): void {
    slot.cell = cell
    slot.changed = true
    slot.drawer.changed = true
  }

  /** What was said here is heard: what holds now is kept, and a cell that has nothing to keep goes. */
  hold(slot: Slot, held: Cell['held']): void {
    slot.unheard--
    const cell = slot.cell!
    if (held !== cell.held) this.put(slot, { ...cell, held })
    const isEmpty = cell.state === undefined && held === NOTHING_HELD && cell.wakeAt === undefined
    if (isEmpty && slot.unheard === 0) this.put(slot, undefined)
  }

  placeOf(root: string, { drawer, name }: Slot): CellPlace {
    return { root, drawer: drawer.key, cell: name }
  }

  atPlace(running: RunningPart, { root, drawer, cell }: CellPlace): Slot {
    const shared = isRare(running.part.space)
    return this.at(running, root, shared ? cell.slice(running.name.length + 1) : drawer.slice(keyOf(running, root, '').length))
  }

  /**
   * Some events are done: what they have changed of the rare is written into the staged memory. Others take their place in new
   * maps: a map that is cleared keeps what it held within reach of the collector for long.
   */
  close(watermark: Instant): void {
    const { person, trace } = this.#rare
    for (const drawers of [person, trace]) {
      for (const drawer of drawers.values()) {
        if (drawer.changed) drawer.forget(watermark)
        this.#write(drawer)
      }
    }
    if (person.size > 0 || trace.size > 0) this.#rare = nobody()
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
      if (lastExpiryOf(stored) > watermark) continue
      const drawer = this.#hotByKey.get(key)?.slot.drawer ?? this.#read(key)
      drawer.forget(watermark)
      this.#write(drawer)
    }
    this.#sweptTo = PREFIX
  }

  /** A batch is done: everything that it has changed is in the staged memory. */
  flush(watermark: Instant): void {
    this.close(watermark)
    for (const { slot } of this.#hot) this.#write(slot.drawer)
    this.#made = 0
    if (this.#hot.length < AT_HAND) return
    // What is hot is asked for in every turn and so never parsed again.
    for (const single of this.#resting) if (single.turn !== this.#turn) this.#shut(single)
    this.#resting = this.#hot
    this.#hot = []
    this.#turn++
  }

  #write(drawer: Drawer): void {
    if (!drawer.changed) return
    this.#memory.set(drawer.key, drawer.encode())
    drawer.changed = false
    if (drawer.fresh) this.#made++
    drawer.fresh = false
  }

  #shared(space: Rare, root: string): Drawer {
    const drawers = this.#rare[space]
    let drawer = drawers.get(root)
    if (!drawer) {
      drawer = this.#read(`${PREFIX}${space}|${keyPart(root)}`)
      drawers.set(root, drawer)
    }
    return drawer
  }

  #open(running: RunningPart, root: string, key: string): Single {
    const { index, part } = running
    const drawer = this.#read(keyOf(running, root, key))
    const slot = drawer.slot('', part.form)
    const single: Single = { slot, index, root, key, turn: this.#turn - 1 }
    const byKey = this.#singles[index]!
    let byRoot = byKey.get(key)
    if (!byRoot) {
      byRoot = new Map()
      byKey.set(key, byRoot)
    }
    byRoot.set(root, single)
    this.#hotByKey.set(drawer.key, single)
    return single
  }

  #shut({ slot, index, root, key }: Single): void {
    const byKey = this.#singles[index]!
    const byRoot = byKey.get(key)!
    byRoot.delete(root)
    if (byRoot.size === 0) byKey.delete(key)
    this.#hotByKey.delete(slot.drawer.key)
  }

  /** The drawer, empty where nothing is stored. */
  #read(key: string): Drawer {
    return new Drawer(key, this.#memory.get(key))
  }
}

function nobody(): Readonly<Record<Rare, Map<string, Drawer>>> {
  return { person: new Map(), trace: new Map() }
}

/** The name of a cell that shares its drawer. */
function nameOf({ name }: RunningPart, key: string): string {
  return key === '' ? name : `${name}|${keyPart(key)}`
}

function keyOf({ part, name }: RunningPart, root: string, key: string): string {
  return `${PREFIX}${part.space}|${keyPart(root)}|${name}|${keyPart(key)}`
}

/** Whose record it is: what stands before the name of the part whose cell is alone there, or all of the rest. */
export function ownerIn(key: string, parts: Iterable<string>): { readonly space: Space; readonly root: string } {
  const begin = key.indexOf('|', PREFIX.length)
  const space = key.slice(PREFIX.length, begin) as Space
  let end = key.length
  if (!isRare(space)) for (const part of parts) if (key.includes(`|${part}|`, begin)) end = key.indexOf(`|${part}|`, begin)
  return { space, root: key.slice(begin + 1, end) }
}
