import type { Instant } from '../../schemas/time.ts'
import type { StagedMemory } from '../memory/staged.ts'
import type { CellPlace } from './cells.ts'

export interface Timer {
  readonly at: Instant
  /** Detector part that waits, as the index of the shard's part list would not survive a change of the catalogue. */
  readonly part: string
  readonly place: CellPlace
}

/** Verdicts that wait for the watermark, in order; listed in memory so that a restart finds them again. */
export class Timers {
  readonly #memory: StagedMemory
  readonly #isAwaited: (part: string) => boolean
  /** Verdicts for which verdicts of others may wait, and all others. */
  readonly #awaited = new Heap()
  readonly #plain = new Heap()

  constructor(memory: StagedMemory, isAwaited: (part: string) => boolean) {
    this.#memory = memory
    this.#isAwaited = isAwaited
    for (const [key, value] of memory.scan('t|')) this.#push({ key, timer: JSON.parse(Buffer.from(value).toString()) })
  }

  /** The time of the next verdict for which others may wait. */
  get nextAwaited(): Instant | undefined {
    return this.#awaited.first?.timer.at
  }

  set(timer: Timer): void {
    const key = keyOf(timer)
    this.#memory.set(key, Buffer.from(JSON.stringify(timer)))
    this.#push({ key, timer })
  }

  /** Takes the next timer that is due; the caller checks that its cell still waits for this very time. */
  takeDue(watermark: Instant): Timer | undefined {
    const [plain, awaited] = [this.#plain.first, this.#awaited.first]
    const heap = !plain || (awaited && awaited.key < plain.key) ? this.#awaited : this.#plain
    const { first } = heap
    if (!first || first.timer.at > watermark) return undefined
    heap.pop()
    this.#memory.set(first.key, null)
    return first.timer
  }

  #push(entry: Due): void {
    const heap = this.#isAwaited(entry.timer.part) ? this.#awaited : this.#plain
    heap.push(entry)
  }
}

interface Due {
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
