import { type Command, UsageError } from '../command.ts'
import { printJson, printTable } from '../output.ts'
import { describeConfig, loadConfig } from '../settings/config.ts'

export const config: Command = {
  usage: 'print',
  summary: 'Every setting, its value, and where the value comes from: default, file, environment or flag.',
  flags: {},
  async run({ args, flags, json }) {
    if (args[0] !== 'print') throw new UsageError('Use: config print.')
    const rows = describeConfig(loadConfig(flags))
    if (json) printJson(rows)
    else printTable(rows)
    return 0
  },
}
