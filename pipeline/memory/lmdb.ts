import { open, type RootDatabase } from 'lmdb'
import { FundwatchError } from '../../schemas/errors.ts'
import type { Durability } from '../durability.ts'
import type { Changes, KeyValue } from './key-value.ts'

/** LMDB (memory-mapped B+tree, `lmdb` on npm): one file, one writer, reads without copying, crash-safe by design. */
export class Lmdb implements KeyValue {
  readonly #database: RootDatabase<Buffer, string>
  readonly #powerSafe: boolean

  /** @param durability `power` also waits until the commit is on the disk; `process` survives the death of the process. */
  constructor(path: string, durability: Durability = 'process') {
    // What is committed lies in the system's cache and survives the process; only a power cut asks for the disk.
    const noSync = durability === 'process'
    this.#database = open<Buffer, string>({ path, encoding: 'binary', noSubdir: true, maxReaders: 64, cache: false, noSync })
    this.#powerSafe = durability === 'power'
  }

  get(key: string): Uint8Array | undefined {
    return this.#database.getBinary(key)
  }

  *scan(prefix: string, from = prefix): Iterable<readonly [string, Uint8Array]> {
    for (const { key, value } of this.#database.getRange({ start: from, end: `${prefix}\uffff` })) {
      yield [key, value]
    }
  }

  async commit(changes: Changes): Promise<void> {
    const committed = this.#database.batch(() => {
      for (const [key, value] of changes) {
        if (value === null) this.#database.remove(key)
        else this.#database.put(key, value as Buffer)
      }
    })
    try {
      await committed
      if (this.#powerSafe) await this.#database.flushed
    } catch (cause) {
      const message = `Memory cannot be written, is its disk full? ${(cause as Error).message}`
      throw new FundwatchError('MEMORY_UNWRITABLE', message, { cause })
    }
  }

  /**
   * A copy of what is committed now, made beside the work. With the room that deleted entries have left: a compacted copy of
   * lmdb 3.5 can be read, and kills the process that writes some hundred entries to it.
   */
  copyTo(path: string): Promise<void> {
    return this.#database.backup(path, false)
  }

  async close(): Promise<void> {
    await this.#database.close()
  }
}
