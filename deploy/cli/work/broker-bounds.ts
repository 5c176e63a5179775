import { TOPICS } from '../../../pipeline/source/kafka.ts'
import { KafkaClient } from '../../../pipeline/source/kafka-client.ts'
import type { BrokerBounds } from '../../../pipeline/verify/broker.ts'
import type { FundwatchError } from '../../../schemas/errors.ts'
import type { Config } from '../settings/config.ts'
import { readProperties } from '../settings/kafka-properties.ts'

export interface BrokersAsked {
  /** What `verify` says of it. */
  readonly broker: string
  readonly bounds?: readonly BrokerBounds[]
}

/** What the brokers hold of the topics that are read. One that does not answer is told; the rest can be proved without it. */
export async function askBrokers({
  kafka_brokers: brokers,
  kafka_group: group,
  kafka_properties,
}: Config): Promise<BrokersAsked> {
  if (brokers === '') return { broker: 'none is configured' }
  const properties = kafka_properties ? readProperties(kafka_properties) : {}
  let client: KafkaClient
  try {
    client = await KafkaClient.connect(brokers, `${group}-verify`, properties)
  } catch (error) {
    const { code, message } = error as FundwatchError
    if (code !== 'KAFKA_UNREACHABLE' && code !== 'KAFKA_UNAVAILABLE') throw error
    return { broker: `not reconciled: ${message}` }
  }
  try {
    const bounds: BrokerBounds[] = []
    for (const topic of [TOPICS.referenceTopic, ...TOPICS.topics]) {
      for (const place of await client.partitionsOf(topic)) {
        bounds.push({ source: `kafka:${topic}`, partition: place.partition, ...(await client.boundsOf(place)) })
      }
    }
    return { broker: `reconciled: ${bounds.length} partitions at ${brokers}`, bounds }
  } finally {
    await client.close()
  }
}
