import { perform } from '../claim/control.ts'
import { type Command, UsageError } from '../command.ts'
import { print, printJson, printTable } from '../output.ts'
import { loadConfig } from '../settings/config.ts'
import { liftInWorkers, silencedInWorkers } from '../work/guard-in-workers.ts'

export const guard: Command = {
  usage: '[list | lift ID]',
  summary: 'Detectors that run silently because they raised more than their budget of a day; lift lets one speak again.',
  flags: {
    workers: {
      type: 'boolean',
      help: 'of workers: what the record says of silenced alerts, and a word to the one that counts them',
    },
    'kafka-brokers': { type: 'string', value: 'LIST', help: 'host:port, comma-separated' },
  },
  async run({ args, flags, json }) {
    const { values } = loadConfig(flags)
    const [verb = 'list', id] = args
    if (verb === 'list') {
      const rows = flags.workers ? await silencedInWorkers(values) : await perform(values, 'guard', {})
      if (json) printJson({ rows })
      else printTable(rows as unknown as Record<string, unknown>[])
      return 0
    }
    if (verb !== 'lift' || !id) throw new UsageError('Use: guard list, or guard lift ID.')
    const detector_id = id.toUpperCase()
    if (flags.workers) {
      await liftInWorkers(values, detector_id)
      if (json) printJson({ detector_id, told: true })
      else print(`The workers are told: ${detector_id} speaks again from there on.`)
      return 0
    }
    const lifted = await perform(values, 'guard-lift', { detector_id })
    if (json) printJson({ detector_id, lifted })
    else print(lifted ? `${detector_id} speaks again.` : `${detector_id} was not silent.`)
    return lifted ? 0 : 1
  },
}
