import type { Changes, KeyValue } from './key-value.ts'

/** Memory without a disk, for tests and for runs that keep nothing. */
export class InMemory implements KeyValue {
  readonly #values = new Map<string, Uint8Array>()
  /** Every key in order, and those that came since; removed ones may still be among them. */
  #keys: string[] = []
  #added: string[] = []

  get(key: string): Uint8Array | undefined {
    return this.#values.get(key)
  }

  *scan(prefix: string, from = prefix): Iterable<readonly [string, Uint8Array]> {
    const keys = this.#inOrder()
    for (let at = firstFrom(keys, from > prefix ? from : prefix); at < keys.length; at++) {
      const key = keys[at]!
      if (!key.startsWith(prefix)) return
      const value = this.#values.get(key)
      if (value && key !== keys[at - 1]) yield [key, value]
    }
  }

  async commit(changes: Changes): Promise<void> {
    for (const [key, value] of changes) {
      if (value === null) this.#values.delete(key)
      else {
        if (!this.#values.has(key)) this.#added.push(key)
        this.#values.set(key, value)
      }
    }
  }

  async close(): Promise<void> {}

  #inOrder(): readonly string[] {
    if (this.#added.length === 0) return this.#keys
    const kept = this.#keys.length > 2 * this.#values.size ? this.#keys.filter((key) => this.#values.has(key)) : this.#keys
    this.#keys = [...kept, ...this.#added].sort()
    this.#added = []
    return this.#keys
  }
}

function firstFrom(keys: readonly string[], from: string): number {
  let [low, high] = [0, keys.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (keys[middle]! < from) low = middle + 1
    else high = middle
  }
  return low
}
