/** Anything that has its place in the ordered log. */
interface Placed {
  readonly seq: number
}

/** The newest entries of the ordered log, in memory: everything after `floor`, and no more than so many. */
export class Ring<T extends Placed> {
  readonly #capacity: number
  readonly #slots: T[] = []
  /** The slot of the oldest entry, once all are taken. */
  #oldest = 0
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
    this.#head = entry.seq
    if (this.#slots.length < this.#capacity) {
      this.#slots.push(entry)
      return
    }
    this.#floor = this.#slots[this.#oldest]!.seq
    this.#slots[this.#oldest] = entry
    this.#oldest = (this.#oldest + 1) % this.#capacity
  }

  /** The log goes on without an entry to keep: what stands at `seq` concerns nobody. */
  skipTo(seq: number): void {
    if (seq > this.#head) this.#head = seq
  }

  /** The entries after `seq`, which must not lie below the floor. */
  *after(seq: number): Generator<T> {
    for (let age = this.#ageAfter(seq); age < this.#slots.length; age++) yield this.#at(age)
  }

  /** By age: 0 is the oldest. */
  #at(age: number): T {
    return this.#slots[(this.#oldest + age) % this.#slots.length]!
  }

  #ageAfter(seq: number): number {
    let low = 0
    let high = this.#slots.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#at(middle).seq <= seq) low = middle + 1
      else high = middle
    }
    return low
  }
}
