import { closeSync, existsSync, openSync, readSync, renameSync, rmSync } from 'node:fs'
import { FundwatchError } from '../../schemas/errors.ts'
import type { OpenMark } from './open-mark.ts'

/** Deaths in a row after which memory is taken for their cause. */
export const DEATHS = 5

/** `MDB_MAGIC` of lmdb, and where its pages of a database's root have it: two, the later of which holds. */
const MAGIC = 0xbeefc0de
const MAGIC_AT = 24
const PAGE = 4096

/**
 * A memory that cannot be trusted is put beside its place, and is made anew from history: to lmdb a damaged file is the end of
 * the process, without a word. Only the last one set aside is kept.
 * @returns what was done and why, for the operator; nothing where memory is to be trusted
 */
export function setAsideUntrusted(memory: string, mark: OpenMark, isBlamedForDeaths: boolean): FundwatchError | undefined {
  const why = doubtAbout(memory, mark, isBlamedForDeaths)
  if (!why || !existsSync(memory)) return undefined
  const aside = `${memory}.set-aside`
  renameSync(memory, aside)
  rmSync(`${memory}-lock`, { force: true })
  return new FundwatchError('MEMORY_SET_ASIDE', `Memory ${memory} is now ${aside} and is made anew: ${why}.`)
}

function doubtAbout(memory: string, { isTorn, deaths }: OpenMark, isBlamedForDeaths: boolean): string | undefined {
  if (isTorn) return 'the machine went down while it was open, and with durability "process" it may not have reached the disk'
  if (isBlamedForDeaths && deaths > 0 && deaths % DEATHS === 0) return `${deaths} processes died soon after they had opened it`
  return isLmdb(memory) ? undefined : 'it is damaged'
}

/** Nothing, or something that begins as lmdb's files do. */
function isLmdb(file: string): boolean {
  if (!existsSync(file)) return true
  const pages = Buffer.alloc(2 * PAGE)
  const descriptor = openSync(file, 'r')
  try {
    const length = readSync(descriptor, pages)
    return length === 0 || [0, PAGE].some((page) => pages.readUInt32LE(page + MAGIC_AT) === MAGIC)
  } finally {
    closeSync(descriptor)
  }
}
