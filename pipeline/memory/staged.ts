import type { Changes, KeyValue } from './key-value.ts'

/**
 * Memory as the shard sees it: what is committed, below what earlier batches have changed but not yet committed, below
 * what the present batch changes. Judging may so run ahead of storing.
 */
export class StagedMemory {
  readonly #base: KeyValue
  readonly #uncommitted: Map<string, Uint8Array | null>[] = []
  #current = new Map<string, Uint8Array | null>()

  constructor(base: KeyValue) {
    this.#base = base
  }

  get(key: string): Uint8Array | undefined {
    const fresh = this.#current.get(key)
    if (fresh !== undefined) return fresh ?? undefined
    for (let i = this.#uncommitted.length - 1; i >= 0; i--) {
      const staged = this.#uncommitted[i]!.get(key)
      if (staged !== undefined) return staged ?? undefined
    }
    return this.#base.get(key)
  }

  set(key: string, value: Uint8Array | null): void {
    this.#current.set(key, value)
  }

  /** Committed and staged entries below a prefix, in key order. */
  scan(prefix: string): [string, Uint8Array][] {
    const merged = new Map<string, Uint8Array | null>(this.#base.scan(prefix))
    for (const layer of [...this.#uncommitted, this.#current]) {
      for (const [key, value] of layer) if (key.startsWith(prefix)) merged.set(key, value)
    }
    const present = [...merged].filter((entry): entry is [string, Uint8Array] => entry[1] !== null)
    return present.sort(([a], [b]) => (a < b ? -1 : 1))
  }

  /** Committed entries below a prefix, from a key on. */
  scanCommitted(from: string, prefix: string): Iterable<readonly [string, Uint8Array]> {
    return this.#base.scan(prefix, from)
  }

  /** Closes the present batch; its changes are visible until `release` says that they are committed. */
  seal(): Changes {
    const changes = this.#current
    this.#uncommitted.push(changes)
    this.#current = new Map()
    return changes
  }

  release(changes: Changes): void {
    const at = this.#uncommitted.indexOf(changes as Map<string, Uint8Array | null>)
    if (at >= 0) this.#uncommitted.splice(at, 1)
  }
}
