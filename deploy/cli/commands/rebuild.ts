import { FundwatchError } from '../../../schemas/errors.ts'
import { isServed } from '../claim/control.ts'
import type { Command } from '../command.ts'
import { print, printJson } from '../output.ts'
import { openPipeline } from '../services/pipeline.ts'
import { loadConfig } from '../settings/config.ts'
import { describeRestored } from '../work/restore.ts'

export const rebuild: Command = {
  usage: '[--data-dir DIR] [--afresh] [--accept-missing]',
  summary:
    'Makes memory anew from the stored history, with alerts muted, where its disk was lost, and lets new detectors hear what they have missed.',
  flags: {
    afresh: { type: 'boolean', help: 'also where memory is there: it is given up first' },
    'accept-missing': { type: 'boolean', help: 'go on although stored events are gone' },
    'warm-up': { type: 'string', value: 'HOW', help: 'muted, shadow or off: what new detectors find in history' },
    'decode-workers': { type: 'string', value: 'N', help: 'threads that parse' },
  },
  async run({ flags, json }) {
    const { values } = loadConfig(flags)
    if (await isServed(values)) {
      throw new FundwatchError('STORE_IN_USE', 'A running process owns the data directory: stop it first.')
    }
    const restoring = {
      rebuilds: true,
      afresh: flags.afresh === true,
      mayLack: flags['accept-missing'] === true,
      warmsUp: values.warm_up !== 'off',
      raisesShadow: values.warm_up === 'shadow',
    }
    const pipeline = await openPipeline(values, () => true, true, restoring)
    await pipeline.close()
    const { restored } = pipeline
    if (json) printJson({ restored })
    else if (restored.length === 0) print('Memory is complete: there was nothing to do.')
    else for (const told of restored) print(describeRestored(told))
    return 0
  },
}
