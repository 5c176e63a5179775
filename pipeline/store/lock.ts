import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FundwatchError } from '../../schemas/errors.ts'

interface Holder {
  readonly pid: number
  /** When that process began, so that another process that got the same number later is not mistaken for it. */
  readonly started: string
}

/*
 * The lock on a data directory is the engine's own: the kernel's, released with the process that held it, and seen by other
 * containers too. The file here names its holder, so that a second process is refused in words before the engine is asked.
 */

/** Fails with `STORE_IN_USE` where a living process holds the directory. */
export function refuseWhereHeld(dataDir: string): void {
  const holder = holderOf(dataDir)
  if (holder && holder.pid !== process.pid && startOf(holder.pid) === holder.started) throw inUse(dataDir)
}

/** @returns gives the directory back */
export function signHolder(dataDir: string): () => void {
  const file = lockFile(dataDir)
  writeFileSync(file, JSON.stringify({ pid: process.pid, started: startOf(process.pid) ?? '' } satisfies Holder))
  return () => rmSync(file, { force: true })
}

export function inUse(dataDir: string, cause?: unknown): FundwatchError {
  const holder = holderOf(dataDir)
  const who = holder && holder.pid !== process.pid ? `process ${holder.pid}` : 'another process'
  const message = `${dataDir} is in use by ${who}. Only one process may open an embedded store: stop that one, or use another --data-dir.`
  return new FundwatchError('STORE_IN_USE', message, { cause })
}

function lockFile(dataDir: string): string {
  return join(dataDir, 'store.lock')
}

function holderOf(dataDir: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(lockFile(dataDir), 'utf8')) as Holder
  } catch {
    return undefined
  }
}

/** Start time of a process, where the system tells (Linux, in clock ticks since boot). */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}
