/** Anything that has its place in the ordered log. */
interface Placed {
  readonly seq: number
}

/** The newest entries of the ordered log, in memory. Holds everything after `floor`. */
export class Ring<T extends Placed> {
  readonly #capacity: number
  #entries: T[] = []
  #floor: number
  #head: number

  constructor(capacity: number, head: number) {
    this.#capacity = capacity
    this.#floor = head
    this.#head = head
  }

  /** Entries up to here are no longer held. */
  get floor(): number {
    return this.#floor
  }

  /** How far the log is known. */
  get head(): number {
    return this.#head
  }

  /** Adds an entry by rising `seq`; one that is not new is left out. */
  push(entry: T): void {
    if (entry.seq <= this.#head) return
    this.#entries.push(entry)
    this.#head = entry.seq
    // Cut in halves, not one by one: removing the first of a long array costs as much as copying it.
    if (this.#entries.length > 2 * this.#capacity) {
      this.#floor = this.#entries[this.#capacity - 1]!.seq
      this.#entries = this.#entries.slice(this.#capacity)
    }
  }

  /** The log goes on without an entry to keep: what stands at `seq` concerns nobody. */
  skipTo(seq: number): void {
    if (seq > this.#head) this.#head = seq
  }

  /** The entries after `seq`, which must not lie below the floor. */
  *after(seq: number): Generator<T> {
    for (let index = this.#indexAfter(seq); index < this.#entries.length; index++) yield this.#entries[index]!
  }

  #indexAfter(seq: number): number {
    let low = 0
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#entries[middle]!.seq <= seq) low = middle + 1
      else high = middle
    }
    return low
  }
}
