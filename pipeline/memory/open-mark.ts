import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { FundwatchError } from '../../schemas/errors.ts'
import type { Durability } from '../durability.ts'

interface Mark {
  /** Which start of the machine it was. */
  readonly boot: string
  readonly durability: Durability
  /** How many had memory open before and died suddenly, one after the other, without having kept anything in it. */
  readonly deaths: number
  /** This one has kept something. */
  readonly isProved: boolean
}

/** Changes with each start of the machine; where the system does not tell, all starts are one. */
const BOOT_ID = '/proc/sys/kernel/random/boot_id'

/**
 * Lies beside a memory while it is open, and tells whoever opens it next how the one before came to his end. Who ends in order,
 * with an error too, removes it; who is killed, by what lmdb finds in a damaged file perhaps, or by a power cut, cannot.
 */
export class OpenMark {
  readonly #memory: string
  readonly #file: string
  #mark: Mark
  /** How many have died of this memory, as it seems. */
  readonly deaths: number
  /** The machine went down while memory was open, and what was written may not have reached the disk. */
  readonly isTorn: boolean

  private constructor(memory: string, left: Mark | undefined, mark: Mark) {
    this.#memory = memory
    this.#file = fileOf(memory)
    this.#mark = mark
    this.deaths = mark.deaths
    this.isTorn = left !== undefined && left.boot !== mark.boot && left.durability === 'process'
    write(this.#file, mark)
    endings.add(this)
  }

  /**
   * @param memory the path of its file, which need not exist yet, nor its directory
   * @throws FundwatchError MEMORY_UNWRITABLE
   */
  static set(memory: string, durability: Durability): OpenMark {
    mkdirSync(dirname(memory), { recursive: true, mode: 0o700 })
    const left = read(fileOf(memory))
    const boot = existsSync(BOOT_ID) ? readFileSync(BOOT_ID, 'utf8').trim() : ''
    const deaths = left?.boot === boot && !left.isProved ? left.deaths + 1 : 0
    return new OpenMark(memory, left, { boot, durability, deaths, isProved: false })
  }

  /**
   * Something was kept in memory, and its owner lives: whatever kills him later, it is not the opening.
   * @throws FundwatchError MEMORY_UNWRITABLE
   */
  prove(): void {
    if (this.#mark.isProved) return
    const proved = { ...this.#mark, isProved: true }
    write(this.#file, proved)
    this.#mark = proved
  }

  /** Memory was closed. What was written reaches the disk first: nobody will ask any more whether it has. */
  remove(): void {
    if (!endings.delete(this)) return
    if (existsSync(this.#memory)) flush(this.#memory)
    rmSync(this.#file, { force: true })
  }
}

/** Those whose process is still to end; an error ends it in order, too. */
const endings = new Set<OpenMark>()
process.once('exit', () => {
  for (const mark of endings) mark.remove()
})

function fileOf(memory: string): string {
  return `${memory}.open`
}

/** A mark that a power cut has cut off is of no known start. */
function read(file: string): Mark | undefined {
  if (!existsSync(file)) return undefined
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Mark
  } catch {
    return { boot: 'unknown', durability: 'process', deaths: 0, isProved: true }
  }
}

/** Whole or not at all: half a mark would be taken for a power cut, and a disk that is full is none. */
function write(file: string, mark: Mark): void {
  try {
    const descriptor = openSync(`${file}.new`, 'w', 0o600)
    try {
      writeSync(descriptor, JSON.stringify(mark))
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(`${file}.new`, file)
    flush(dirname(file))
  } catch (cause) {
    const message = `Beside memory nothing can be written, is its disk full? ${(cause as Error).message}`
    throw new FundwatchError('MEMORY_UNWRITABLE', message, { cause })
  }
}

function flush(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
