import { SCALES, type Scale, topicsFor } from '../../../pipeline/topics.ts'
import { type Command, UsageError } from '../command.ts'
import { print, printJson, printTable } from '../output.ts'
import { loadConfig } from '../settings/config.ts'
import { readProperties } from '../settings/kafka-properties.ts'
import { checkTopics, createTopics, type TopicState } from '../work/topics.ts'

export const topics: Command = {
  usage: 'list | create | check [--scale county|province|nation] [--replicas N]',
  summary: 'The topics of Kafka that fundwatch reads and writes: what they are for, made where they are missing, or checked.',
  flags: {
    scale: { type: 'string', value: 'SCALE', help: `size of the installation: ${SCALES.join(', ')} (province)` },
    replicas: { type: 'string', value: 'N', help: 'copies of each partition when made (3; 1 for a single broker)' },
    'kafka-brokers': { type: 'string', value: 'LIST', help: 'host:port, comma-separated' },
  },
  async run({ args, flags, json }) {
    const [action = 'list'] = args
    const scale = ((flags.scale as string | undefined) ?? 'province') as Scale
    if (!SCALES.includes(scale)) throw new UsageError(`There is no scale ${scale}: ${SCALES.join(', ')}.`)
    const wanted = topicsFor(scale)
    if (action === 'list') {
      const rows = wanted.map(({ name, partitions, config, why }) => ({ name, partitions, ...config, why }))
      if (json) printJson(rows)
      else printTable(rows)
      return 0
    }
    if (action !== 'create' && action !== 'check') throw new UsageError('Use: topics list, topics create or topics check.')
    const { values } = loadConfig(flags)
    if (!values.kafka_brokers) throw new UsageError('Say where Kafka is: --kafka-brokers or FUNDWATCH_KAFKA_BROKERS.')
    const connection = {
      brokers: values.kafka_brokers,
      properties: values.kafka_properties ? readProperties(values.kafka_properties) : {},
    }
    if (action === 'create') await createTopics(connection, wanted, Number(flags.replicas ?? 3))
    const states = await checkTopics(connection, wanted)
    if (json) printJson(states)
    else printTable(states as unknown as Record<string, unknown>[])
    const faults = states.filter(({ state }) => state !== 'ok')
    if (faults.length > 0 && !json) print(adviceOn(faults))
    return faults.length > 0 ? 1 : 0
  },
}

function adviceOn(faults: readonly TopicState[]): string {
  const missing = faults.some(({ state }) => state === 'missing') ? 'Make missing topics with: fundwatch topics create. ' : ''
  const few = faults.some(({ state }) => state === 'other partitions')
    ? 'Partitions are never changed here: a person must stay in one partition, so a topic that holds events is made anew with more.'
    : ''
  return missing + few
}
