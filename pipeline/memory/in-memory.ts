import type { Changes, KeyValue } from './key-value.ts'

/** Memory without a disk, for tests and for runs that keep nothing. */
export class InMemory implements KeyValue {
  readonly #values = new Map<string, Uint8Array>()

  get(key: string): Uint8Array | undefined {
    return this.#values.get(key)
  }

  *scan(prefix: string, from = prefix): Iterable<readonly [string, Uint8Array]> {
    const keys = [...this.#values.keys()].filter((key) => key.startsWith(prefix) && key >= from).sort()
    for (const key of keys) yield [key, this.#values.get(key)!]
  }

  async commit(changes: Changes): Promise<void> {
    for (const [key, value] of changes) {
      if (value === null) this.#values.delete(key)
      else this.#values.set(key, value)
    }
  }

  async close(): Promise<void> {}
}
