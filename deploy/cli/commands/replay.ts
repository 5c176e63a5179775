import { resolve } from 'node:path'
import { FundwatchError } from '../../../schemas/errors.ts'
import { isServed, perform } from '../claim/control.ts'
import { type Command, type Invocation, numberFlag, UsageError } from '../command.ts'
import { Progress, print, printJson } from '../output.ts'
import { type Config, loadConfig } from '../settings/config.ts'
import { explainFiles } from '../work/explain.ts'
import { linesOfAlert, linesOfStep, rowOfStep } from '../work/explain-told.ts'
import { sharesOf } from '../work/replay.ts'

export const replay: Command = {
  usage: 'FILE… [--out FILE] [--resume] [--drain] | FILE… --explain ALERT [--drain]',
  summary:
    'Sends files of events (NDJSON or Arrow, plain, gzip or zstd; - is standard input) through all detectors into storage.',
  flags: {
    out: { type: 'string', value: 'FILE', help: 'write every alert in its final revision, sorted by id' },
    detectors: { type: 'string', value: 'LIST', help: 'only these detectors, comma-separated' },
    rate: { type: 'string', value: 'N', help: 'events per second at most, or max' },
    resume: { type: 'boolean', help: 'go on where the same file stopped' },
    drain: { type: 'boolean', help: 'let eight days pass after the last event' },
    now: { type: 'string', value: 'TIME', help: 'the arrival clock; default: the clock of this machine' },
    explain: {
      type: 'string',
      value: 'ALERT',
      help: 'store nothing; tell of this alert what its key heard, its memory before and after, and what then held',
    },
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
    if (flags.explain !== undefined) return explainAlert(invocation, String(flags.explain), values)
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

/** Reads the files for their own sake: no data directory is opened, and a running process is not asked. */
async function explainAlert({ args: files, flags, json }: Invocation, alert: string, config: Config): Promise<number> {
  const unfit = ['out', 'resume', 'rate'].filter((name) => flags[name] !== undefined)
  if (unfit.length > 0) throw new UsageError(`--explain stores nothing and does not wait: leave out --${unfit.join(', --')}.`)
  if (files.includes('-')) throw new UsageError('--explain reads the files several times: name files, not standard input.')
  const progress = new Progress('bytes')
  const shareRead = sharesOf([...files, ...files, ...files])
  let read = 0
  const onRead = (bytes: number) => {
    read += bytes
    progress.showShare(read, shareRead(bytes))
  }
  const width = process.stdout.columns ?? USUAL_WIDTH
  const found = await explainFiles(config, { alert, files, drain: flags.drain === true, onRead }, (step) => {
    if (json) return printJson(rowOfStep(step))
    for (const line of [...linesOfStep(step, width), '']) print(line)
  })
  progress.end()
  if (json) printJson({ alert: found })
  else for (const line of linesOfAlert(found)) print(line)
  return 0
}

/** Where nobody says how wide a line may be. */
const USUAL_WIDTH = 160

/** A running process judges with its own settings: what would not be heeded is refused. */
async function refuseSettingsOfAnother({ flags }: Invocation, config: Config): Promise<void> {
  const asked = ['detectors', 'shadow', 'now'].filter((name) => flags[name] !== undefined)
  if (asked.length === 0 || !(await isServed(config))) return
  throw new FundwatchError(
    'SETTINGS_FIXED',
    `The data directory is in use, and the running process judges with its own settings: stop it, or leave out --${asked.join(', --')}.`,
  )
}
