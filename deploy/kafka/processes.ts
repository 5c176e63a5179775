import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const POLL_MS = 50
const KILL_TAKES_AT_MOST_MS = 5_000

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Asks these processes to end and, after `graceMs`, ends them; 0 asks nothing. */
export async function endProcesses(pids: readonly number[], graceMs: number): Promise<void> {
  if (graceMs > 0) {
    signal(pids, 'SIGTERM')
    await ended(pids, graceMs)
  }
  signal(pids, 'SIGKILL')
  await ended(pids, KILL_TAKES_AT_MOST_MS)
}

async function ended(pids: readonly number[], withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs
  while (pids.some(isRunning) && Date.now() < deadline) await sleep(POLL_MS)
}

export function signal(pids: readonly number[], name: 'SIGTERM' | 'SIGKILL'): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name)
    } catch {
      // It ended by itself in between.
    }
  }
}

/** True while this id is a Kafka broker: the system may have given a noted id to another program since. */
export function isBroker(pid: number): boolean {
  return isRunning(pid) && commandLine(pid).includes('kafka.Kafka')
}

function commandLine(pid: number): string {
  const noted = `/proc/${pid}/cmdline`
  return existsSync(noted)
    ? readFileSync(noted, 'utf8')
    : execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
}
