import { type ParseArgsConfig, parseArgs } from 'node:util'
import { FundwatchError } from '../../schemas/errors.ts'

/** A flag of a command. */
export interface Flag {
  readonly type: 'string' | 'boolean'
  readonly help: string
  /** Name of the value in the usage line. */
  readonly value?: string
}
export type Flags = Readonly<Record<string, Flag>>

export interface Invocation {
  readonly args: readonly string[]
  readonly flags: Readonly<Record<string, string | boolean | undefined>>
  /** Whether the answer is for a machine: one JSON object on the last line of standard output. */
  readonly json: boolean
}

export interface Command {
  readonly usage: string
  readonly summary: string
  readonly flags: Flags
  /** Answers the exit code; 0 where it answers nothing. */
  run(invocation: Invocation): Promise<number | undefined>
}

/** Flags that every command takes. */
export const COMMON: Flags = {
  'data-dir': { type: 'string', value: 'DIR', help: 'where embedded storage, memory and keys live (./data)' },
  config: { type: 'string', value: 'FILE', help: 'configuration file' },
  json: { type: 'boolean', help: 'answer for machines' },
  help: { type: 'boolean', help: 'this text' },
}

/** Wrong usage: exit code 2. */
export class UsageError extends FundwatchError {
  constructor(message: string, code = 'USAGE') {
    super(code, message)
  }
}

/** Reads arguments and flags; an unknown flag is wrong usage. */
export function readArguments(command: Command, argv: readonly string[]): Invocation {
  const options: ParseArgsConfig['options'] = {}
  for (const [name, { type }] of Object.entries({ ...COMMON, ...command.flags })) options[name] = { type }
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true })
    return { args: positionals, flags: values as Invocation['flags'], json: values.json === true }
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

/** The help of one command. */
export function helpOf(name: string, command: Command): string {
  const rows = Object.entries({ ...command.flags, ...COMMON }).map(([flag, { value, help }]) => {
    const left = `--${flag}${value ? ` ${value}` : ''}`
    return `  ${left.padEnd(26)}${help}`
  })
  return `fundwatch ${name} ${command.usage}\n\n${command.summary}\n\n${rows.join('\n')}\n`
}

/** A flag that must be given. */
export function requiredFlag({ flags }: Invocation, name: string): string {
  const value = flags[name]
  if (typeof value !== 'string' || value === '') throw new UsageError(`--${name} is needed.`)
  return value
}

/** A flag that is a number, if given. */
export function numberFlag({ flags }: Invocation, name: string): number | undefined {
  const value = flags[name]
  if (value === undefined) return undefined
  const number = Number(value)
  if (value === '' || !Number.isFinite(number)) throw new UsageError(`--${name} must be a number, not ${value}.`)
  return number
}

/** A flag that counts something, if given. */
export function countFlag(invocation: Invocation, name: string): number | undefined {
  const number = numberFlag(invocation, name)
  if (number !== undefined && !(Number.isSafeInteger(number) && number >= 1))
    throw new UsageError(`--${name} must be a whole number from 1, not ${invocation.flags[name]}.`)
  return number
}
