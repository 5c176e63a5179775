import { closeSync, existsSync, fstatSync, openSync, readSync, renameSync, rmSync } from 'node:fs'
import { FundwatchError } from '../../schemas/errors.ts'
import type { OpenMark } from './open-mark.ts'

/** Deaths in a row after which memory is taken for their cause. */
export const DEATHS = 5

/** `MDB_MAGIC` of lmdb, and where its pages of a database's root have it: two, the later of which holds. */
const MAGIC = 0xbeefc0de
const MAGIC_AT = 24
const PAGE = 4096
/** Where each of them has the number of the last page in use, and that of the transaction that has written it (`MDB_meta`). */
const LAST_PAGE_AT = 144
const TRANSACTION_AT = 152
/** Pages that were taken and given back by one transaction are never written: so many may lack at the end. */
const UNWRITTEN = 1_024

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
  return isWhole(memory) ? undefined : 'it is damaged'
}

/** Nothing, or something that begins as lmdb's files do and is as long as that says: to read beyond its end is to die. */
function isWhole(file: string): boolean {
  if (!existsSync(file)) return true
  const pages = Buffer.alloc(2 * PAGE)
  const descriptor = openSync(file, 'r')
  try {
    if (readSync(descriptor, pages) === 0) return true
    const roots = [0, PAGE].filter((page) => pages.readUInt32LE(page + MAGIC_AT) === MAGIC)
    const [latest] = roots.sort((a, b) => transactionOf(pages, b) - transactionOf(pages, a))
    if (latest === undefined) return false
    const used = Number(pages.readBigUInt64LE(latest + LAST_PAGE_AT)) + 1
    return fstatSync(descriptor).size >= (used - UNWRITTEN) * PAGE
  } finally {
    closeSync(descriptor)
  }
}

function transactionOf(pages: Buffer, root: number): number {
  return Number(pages.readBigUInt64LE(root + TRANSACTION_AT))
}
