import { hostname } from 'node:os'

/** What a service tells its operators, on standard error: one line each. */

/** As the server's own log numbers them, so that both can be read as one. */
const LEVELS = { debug: 20, info: 30, warn: 40, error: 50 } as const
type Level = keyof typeof LEVELS

interface LogForm {
  readonly isService: boolean
  readonly json: boolean
  readonly least: number
}
/** A command that ends speaks plainly to whoever has typed it. */
const PLAIN: LogForm = { isService: false, json: false, least: LEVELS.info }
let form = PLAIN

/** What else a line may say: a stable code above all. */
export interface LogFields {
  readonly code?: string
  readonly [name: string]: string | number | undefined
}

/** From now on this process is a service: its lines are JSON, but on a terminal, unless the settings say otherwise. */
export function openLog({ log_format, log_level }: { readonly log_format: string; readonly log_level: string }): void {
  const json = log_format === 'json' || (log_format === 'auto' && !process.stderr.isTTY)
  form = { isService: true, json, least: LEVELS[log_level as Level] }
}

/** Back to a command, as at the start of a process. */
export function closeLog(): void {
  form = PLAIN
}

export function log(level: Level, message: string, fields: LogFields = {}): void {
  if (LEVELS[level] < form.least) return
  const line = form.json ? JSON.stringify(rowOf(level, message, fields)) : sentenceOf(message, fields)
  process.stderr.write(`${line}\n`)
}

/** A failure by its code. What others say of it may quote a row: a log that is kept names no person. */
export function logFailure(error: unknown, level: 'warn' | 'error' = 'error'): void {
  const { code = 'FAILED', message = String(error) } = error as NodeJS.ErrnoException
  log(level, form.isService ? blotted(message) : message, { code })
}

/** A failure that nobody has foreseen, with the places that lead to it. */
export function logUnforeseen(error: unknown): void {
  const { message, stack = String(error) } = error as Error
  if (!form.json) return log('error', stack)
  log('error', blotted(message ?? stack), { code: 'FAILED', stack: stack.replace(/^(?! {4}at ).*\n?/gm, '') })
}

/** Whether every line of standard error is one of JSON: then nothing else may be written there. */
export function logsRows(): boolean {
  return form.json
}

function rowOf(level: Level, message: string, fields: LogFields): object {
  return { level: LEVELS[level], time: Date.now(), pid: process.pid, hostname: hostname(), ...fields, msg: message }
}

function sentenceOf(message: string, { code }: LogFields): string {
  return `fundwatch: ${code && !message.startsWith(`${code}: `) ? `${code}: ` : ''}${message}`
}

/**
 * Numbers of persons, cards and telephones have ten digits at least; offsets and counts, which operators need, have not. Those of
 * workers' batches have, and are blotted with them: the code still says what is wrong.
 */
const NUMBER = /[A-Za-z]{0,2}\d{10,}[0-9Xx]*/g

function blotted(text: string): string {
  return text.replace(NUMBER, '****')
}
