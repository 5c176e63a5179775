import type { Coverage, Range } from '../../../pipeline/verify/coverage.ts'
import { perform } from '../claim/control.ts'
import { type Command, type Invocation, UsageError } from '../command.ts'
import { print, printJson, printTable } from '../output.ts'
import { loadConfig } from '../settings/config.ts'
import { verifyWorkers } from '../work/verify-workers.ts'

export const verify: Command = {
  usage: '[--details] [--range SOURCE:PARTITION[:FROM-TO]] [--data-dir DIR]',
  summary:
    'Reconciles Kafka, store, memory and alerts count by count, re-computes alert ids, and prints the alert digest. Exit code 1 when anything differs.',
  flags: {
    details: { type: 'boolean', help: 'what became of each partition, and what each detector judged or skipped' },
    range: {
      type: 'string',
      value: 'RANGE',
      help: 'these details for a range of offsets: kafka:fundwatch.settlement:0:1000-1999',
    },
    workers: { type: 'boolean', help: 'what workers have written, by the record alone; to be asked while they rest' },
    'kafka-brokers': { type: 'string', value: 'LIST', help: 'host:port, comma-separated' },
  },
  async run(invocation) {
    const { flags, json } = invocation
    const range = rangeOf(invocation)
    const { values } = loadConfig(flags)
    const result = flags.workers ? await verifyWorkers(values, range) : await perform(values, 'verify', { range })
    if (json) printJson(result)
    else {
      for (const { name, expected, found, ok } of result.checks) {
        print(
          `${ok ? 'ok      ' : 'DIFFERS '}${name}: ${ok ? found || 'none' : `expected ${expected || 'none'}, found ${found || 'none'}`}`,
        )
      }
      if (flags.details || range) printCoverage(result)
      print(`Kafka: ${result.broker}${result.lag === undefined ? '' : `, ${result.lag} messages still to be read`}`)
      print(`alerts ${result.alerts}, of these retracted ${result.retracted}`)
      print(`alert digest ${result.alert_digest}`)
    }
    return result.ok ? 0 : 1
  },
}

function printCoverage({ partitions, parts }: Coverage): void {
  printTable(partitions as unknown as Record<string, unknown>[])
  const rows = parts.map(({ detector_id, part, judged, skipped }) => ({
    detector: part ? `${detector_id}:${part}` : detector_id,
    judged,
    skipped: Object.entries(skipped)
      .map(([reason, count]) => `${reason} ${count}`)
      .join(', '),
  }))
  printTable(rows)
}

/** Sources have colons in their names: what is asked for is read from the end. */
function rangeOf({ flags }: Invocation): Range | undefined {
  if (flags.range === undefined) return undefined
  const [, source, partition, from, to] = /^(.+?):(\d+)(?::(\d+)-(\d+))?$/.exec(String(flags.range)) ?? []
  if (!source) throw new UsageError(`--range must be SOURCE:PARTITION or SOURCE:PARTITION:FROM-TO, not ${flags.range}.`)
  const offsets = from === undefined ? {} : { from: Number(from), to: Number(to) }
  return { source, partition: Number(partition), ...offsets }
}
