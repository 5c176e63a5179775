import { KafkaClient, loadRdkafka } from '../../../pipeline/source/kafka-client.ts'
import type { Topic } from '../../../pipeline/topics.ts'
import { FundwatchError } from '../../../schemas/errors.ts'

export interface KafkaConnection {
  readonly brokers: string
  readonly properties: Readonly<Record<string, string>>
}

export interface TopicState {
  readonly topic: string
  readonly partitions: number
  readonly wanted: number
  readonly state: 'ok' | 'missing' | 'other partitions'
}

const PATIENCE = 10_000
const TOPIC_EXISTS = 36

/** Makes the topics that are missing; one that is there stays as it is. */
export async function createTopics(
  { brokers, properties }: KafkaConnection,
  topics: readonly Topic[],
  replicas: number,
): Promise<void> {
  const { AdminClient } = await loadRdkafka()
  const admin = AdminClient.create({ ...properties, 'metadata.broker.list': brokers })
  try {
    for (const { name: topic, partitions: num_partitions, config } of topics) {
      await new Promise<void>((done, fail) => {
        admin.createTopic({ topic, num_partitions, replication_factor: replicas, config }, PATIENCE, (error) => {
          if (error && error.code !== TOPIC_EXISTS)
            fail(new FundwatchError('KAFKA_FAILED', `${topic}: ${error.message}`, { cause: error }))
          else done()
        })
      })
    }
  } finally {
    admin.disconnect()
  }
}

/** How each topic is, against how it should be. */
export async function checkTopics({ brokers, properties }: KafkaConnection, topics: readonly Topic[]): Promise<TopicState[]> {
  const client = await KafkaClient.connect(brokers, 'fundwatch-topics', properties)
  try {
    const states: TopicState[] = []
    for (const { name, partitions: wanted } of topics) {
      const partitions = (await client.partitionsOf(name)).length
      const state = partitions === wanted ? 'ok' : partitions === 0 ? 'missing' : 'other partitions'
      states.push({ topic: name, partitions, wanted, state })
    }
    return states
  } finally {
    await client.close()
  }
}
