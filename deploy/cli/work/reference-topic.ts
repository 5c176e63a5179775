import type { Ingest } from '../../../dashboard/server/ports.ts'
import { KafkaProducer } from '../../../pipeline/sink/kafka-producer.ts'
import { TOPICS } from '../../../pipeline/source/kafka.ts'
import type { Config } from '../settings/config.ts'
import { readProperties } from '../settings/kafka-properties.ts'
import type { KafkaConnection } from './topics.ts'

interface Line {
  readonly table: string
  readonly id: string
  readonly effective_from?: string
  readonly row?: { readonly admdvs?: string; readonly level?: string }
}

/** The topic is compacted: what tells two rows apart must be in the key, or one of them is lost. */
function keyOf({ table, id, effective_from = '', row = {} }: Line): string {
  return [table, id, effective_from, row.admdvs ?? '', row.level ?? ''].join('|')
}

export type ReferenceDoor = Ingest & { close(): Promise<void> }

/** The topic, where there is a Kafka. */
export function referenceDoor({ kafka_brokers: brokers, kafka_properties: file }: Config): ReferenceDoor | undefined {
  return brokers ? referenceTopic({ brokers, properties: file ? readProperties(file) : {} }) : undefined
}

/** Where reference rows of the workflow go in a scaled-out installation: every pipeline reads that topic before all others. */
export function referenceTopic({ brokers, properties }: KafkaConnection): ReferenceDoor {
  let connecting: Promise<KafkaProducer> | undefined
  return {
    async submit(body) {
      connecting ??= KafkaProducer.connect(brokers, properties)
      const producer = await connecting.catch((error) => {
        connecting = undefined
        throw error
      })
      const lines = body.toString('utf8').split('\n').filter(Boolean)
      await producer.send(
        lines.map((line) => ({
          topic: TOPICS.referenceTopic,
          key: keyOf(JSON.parse(line) as Line),
          value: Buffer.from(line),
        })),
      )
      return { accepted: lines.length, duplicates: 0, rejected: [] }
    },
    async close() {
      await (await connecting?.catch(() => undefined))?.close()
    },
  }
}
