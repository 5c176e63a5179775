import { execFile, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const BIN = fileURLToPath(new URL('../cli/bin.js', import.meta.url))
const run = promisify(execFile)

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the built `fundwatch` as people do, and waits for its end. */
export async function fundwatch(...args: readonly string[]): Promise<Ran> {
  try {
    const { stdout, stderr } = await run(BIN, args, { maxBuffer: 1 << 28 })
    return { code: 0, stdout, stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, stdout, stderr }
  }
}

/** The answer for machines: the last line of standard output. */
export async function fundwatchJson<T>(...args: readonly string[]): Promise<T> {
  const { stdout, stderr, code } = await fundwatch(...args, '--json')
  const last = stdout.trim().split('\n').at(-1)
  if (!last) throw new Error(`fundwatch ${args.join(' ')} ended with ${code} and said nothing: ${stderr}`)
  return JSON.parse(last) as T
}

/** Starts it and kills it with SIGKILL after some milliseconds. Answers whether it was still running then. */
export function killedAfter(milliseconds: number, ...args: readonly string[]): Promise<boolean> {
  return new Promise((done, fail) => {
    const child = spawn(BIN, args, { stdio: 'ignore' })
    const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds)
    child.on('error', fail)
    child.on('exit', (_, signal) => {
      clearTimeout(timer)
      done(signal === 'SIGKILL')
    })
  })
}
