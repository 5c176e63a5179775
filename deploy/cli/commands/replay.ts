import { resolve } from 'node:path'
import { FundwatchError } from '../../../schemas/errors.ts'
import { isServed, perform } from '../claim/control.ts'
import { type Command, type Invocation, numberFlag, UsageError } from '../command.ts'
import { Progress, print, printJson } from '../output.ts'
import { type Config, loadConfig } from '../settings/config.ts'

export const replay: Command = {
  usage: 'FILE… [--out FILE] [--resume] [--drain]',
  summary:
    'Sends files of events (NDJSON or Arrow, plain, gzip or zstd; - is standard input) through all detectors into storage.',
  flags: {
    out: { type: 'string', value: 'FILE', help: 'write every alert in its final revision, sorted by id' },
    detectors: { type: 'string', value: 'LIST', help: 'only these detectors, comma-separated' },
    rate: { type: 'string', value: 'N', help: 'events per second at most, or max' },
    resume: { type: 'boolean', help: 'go on where the same file stopped' },
    drain: { type: 'boolean', help: 'let eight days pass after the last event' },
    now: { type: 'string', value: 'TIME', help: 'the arrival clock; default: the clock of this machine' },
    'batch-lines': { type: 'string', value: 'N', help: 'events judged and stored together at most' },
    'decode-workers': { type: 'string', value: 'N', help: 'threads that parse' },
    shadow: { type: 'string', value: 'LIST', help: 'detectors that run silently' },
  },
  async run(invocation) {
    const { args, flags, json } = invocation
    if (args.length === 0) throw new UsageError('Name at least one file, or - for standard input.')
    // The setting of that name paces the simulator.
    const { values } = loadConfig({ ...flags, rate: undefined })
    const rate = flags.rate === 'max' ? 0 : (numberFlag(invocation, 'rate') ?? 0)
    if (rate < 0) throw new UsageError(`--rate must not be negative: ${rate}.`)
    await refuseSettingsOfAnother(invocation, values)
    // Another process may do the work, elsewhere.
    const place = (file: string) => (file === '-' ? file : resolve(file))
    const input = {
      files: args.map(place),
      out: typeof flags.out === 'string' ? place(flags.out) : undefined,
      rate,
      resume: flags.resume === true,
      drain: flags.drain === true,
    }
    const progress = new Progress('events')
    const standardInput = args.includes('-') ? process.stdin : undefined
    const summary = await perform(values, 'replay', input, (events, share) => progress.showShare(events, share), standardInput)
    progress.end()
    if (json) printJson(summary)
    else for (const [name, value] of Object.entries(summary)) print(`${name.padEnd(24)}${value}`)
    return 0
  },
}

/** A running process judges with its own settings: what would not be heeded is refused. */
async function refuseSettingsOfAnother({ flags }: Invocation, config: Config): Promise<void> {
  const asked = ['detectors', 'shadow', 'now'].filter((name) => flags[name] !== undefined)
  if (asked.length === 0 || !(await isServed(config))) return
  throw new FundwatchError(
    'SETTINGS_FIXED',
    `The data directory is in use, and the running process judges with its own settings: stop it, or leave out --${asked.join(', --')}.`,
  )
}
