import type { Instant } from '../../schemas/time.ts'
import type { StagedMemory } from '../memory/staged.ts'
import type { CellPlace } from './cells.ts'
import type { Parts, RunningPart } from './parts.ts'

export interface Timer {
  readonly at: Instant
  /** Detector part that waits, as the index of the shard's part list would not survive a change of the catalogue. */
  readonly part: string
  readonly place: CellPlace
}

/** Verdicts that wait for the watermark, in order; listed in memory so that a restart finds them again. */
export class Timers {
  readonly #memory: StagedMemory
  readonly #parts: Parts
  /** Of each part that hears events only, by its index. */
  readonly #early: readonly (Heap | undefined)[]
  /** Of all others: verdicts for which verdicts of others may wait, and those for which none does. */
  readonly #awaited = new Heap()
  readonly #plain = new Heap()

  constructor(memory: StagedMemory, parts: Parts) {
    this.#memory = memory
    this.#parts = parts
    this.#early = parts.all.map(({ hearsOthers }) => (hearsOthers ? undefined : new Heap()))
    for (const [key, value] of memory.scan('t|')) this.#push({ key, timer: JSON.parse(Buffer.from(value).toString()) })
  }

  /** The time of the next verdict for which others may wait. */
  get nextAwaited(): Instant | undefined {
    let next = this.#awaited.first?.timer.at
    for (const { index, isAwaited } of this.#parts.early) {
      const at = isAwaited ? this.#early[index]!.first?.timer.at : undefined
      if (at !== undefined && (next === undefined || at < next)) next = at
    }
    return next
  }

  set(timer: Timer): void {
    const key = keyOf(timer)
    this.#memory.set(key, Buffer.from(JSON.stringify(timer)))
    this.#push({ key, timer })
  }

  /**
   * Takes the next timer of a part that is due; the caller checks that its cell still waits for this very time.
   * @param part one that hears events only
   */
  takeDueOf({ index }: RunningPart, watermark: Instant): Due | undefined {
    const heap = this.#early[index]!
    const { first } = heap
    return first && first.timer.at <= watermark ? this.#take(heap) : undefined
  }

  /** The next timer of all other parts, if it is due. */
  nextDue(watermark: Instant): Due | undefined {
    const first = this.#next().first
    return first && first.timer.at <= watermark ? first : undefined
  }

  /** Takes that one. */
  takeNext(): void {
    this.#take(this.#next())
  }

  #next(): Heap {
    const [plain, awaited] = [this.#plain.first, this.#awaited.first]
    return !plain || (awaited && awaited.key < plain.key) ? this.#awaited : this.#plain
  }

  #take(heap: Heap): Due {
    const { first } = heap
    heap.pop()
    this.#memory.set(first!.key, null)
    return first!
  }

  #push(entry: Due): void {
    const running = this.#parts.byName.get(entry.timer.part)
    const heap = running && this.#early[running.index]
    if (heap) heap.push(entry)
    else if (running?.isAwaited) this.#awaited.push(entry)
    else this.#plain.push(entry)
  }
}

/** A timer under its key in memory: keys are in the order of verdicts. */
export interface Due {
  readonly key: string
  readonly timer: Timer
}

/** Binary heap by time, then name. */
class Heap {
  readonly #heap: Due[] = []

  get first(): Due | undefined {
    return this.#heap[0]
  }

  push(entry: Due): void {
    const heap = this.#heap
    let at = heap.push(entry) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (heap[parent]!.key <= entry.key) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = entry
  }

  pop(): void {
    const heap = this.#heap
    const last = heap.pop()!
    if (heap.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && heap[child + 1]!.key < heap[child]!.key) child++
      if (last.key <= heap[child]!.key) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = last
  }
}

/** The time is written so that the order of keys is the order of time. */
function keyOf({ at, part, place }: Timer): string {
  return `t|${String(Math.round(at)).padStart(15, '0')}|${part}|${place.drawer}|${place.cell}`
}
