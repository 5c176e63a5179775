import { type Command, numberFlag, UsageError } from '../command.ts'
import { loadConfig } from '../config.ts'
import { perform } from '../control.ts'
import { Progress, print, printJson } from '../output.ts'

export const replay: Command = {
  usage: 'FILE… [--out FILE] [--resume] [--drain]',
  summary: 'Sends files of events (NDJSON, plain, gzip or zstd; - is standard input) through all detectors into storage.',
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
    const { values } = loadConfig(flags)
    const rate = flags.rate === 'max' ? undefined : numberFlag(invocation, 'rate')
    const input = {
      files: args,
      out: flags.out as string | undefined,
      rate,
      resume: flags.resume === true,
      drain: flags.drain === true,
    }
    const progress = new Progress('events')
    const summary = await perform(values, 'replay', input, (events) => progress.show(events))
    progress.end()
    if (json) printJson(summary)
    else for (const [name, value] of Object.entries(summary)) print(`${name.padEnd(24)}${value}`)
    return 0
  },
}
