import type { Changes, KeyValue } from './key-value.ts'

/** A change, and the batch that made it. */
type Staged = [key: string, value: Uint8Array | null, turn: number]

/**
 * Memory as the shard sees it: what is committed, below what batches have changed but not yet committed. Judging may so run
 * ahead of storing. Nearly every look-up is for something new: one table answers for all batches that are under way.
 */
export class StagedMemory {
  readonly #base: KeyValue
  readonly #staged = new Map<string, Staged>()
  #current: Staged[] = []
  #turn = 0

  constructor(base: KeyValue) {
    this.#base = base
  }

  get(key: string): Uint8Array | undefined {
    const staged = this.#staged.get(key)
    return staged ? (staged[1] ?? undefined) : this.#base.get(key)
  }

  set(key: string, value: Uint8Array | null): void {
    const staged = this.#staged.get(key)
    if (staged?.[2] === this.#turn) {
      staged[1] = value
      return
    }
    const change: Staged = [key, value, this.#turn]
    this.#staged.set(key, change)
    this.#current.push(change)
  }

  /** Committed and staged entries below a prefix, in key order. */
  scan(prefix: string): [string, Uint8Array][] {
    const merged = new Map<string, Uint8Array | null>(this.#base.scan(prefix))
    for (const [key, [, value]] of this.#staged) if (key.startsWith(prefix)) merged.set(key, value)
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
    this.#current = []
    this.#turn++
    return changes
  }

  /** What a later batch has changed again stays. */
  release(changes: Changes): void {
    for (const change of changes) if (this.#staged.get(change[0]) === change) this.#staged.delete(change[0])
  }
}
