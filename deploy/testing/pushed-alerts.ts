import { KafkaClient } from '../../pipeline/source/kafka-client.ts'
import type { Alert } from '../../schemas/alert.ts'

const TOPIC = { topic: 'fundwatch.alerts', partition: 0 }

export interface PushedAlerts {
  /** How many revisions of alerts the topic tells, each counted once. */
  readonly revisions: number
  /** Revisions that were told twice with different content. */
  readonly differing: readonly string[]
}

/** What those have heard who listen to the alerts' topic, as soon as it tells the log up to a number. */
export async function pushedAlerts(brokers: string, last: number): Promise<PushedAlerts> {
  const client = await KafkaClient.connect(brokers, 'pushed-alerts')
  try {
    const contents = new Map<string, string>()
    const differing = new Set<string>()
    client.assign([{ ...TOPIC, offset: 0 }])
    for (let seq = 0; seq < last; ) {
      for (const { value } of (await client.poll(1_000)).messages) {
        const text = value!.toString()
        const alert = JSON.parse(text) as Alert
        const name = `${alert.alert_id} ${alert.revision}`
        if ((contents.get(name) ?? text) !== text) differing.add(name)
        contents.set(name, text)
        seq = alert.seq
      }
    }
    return { revisions: contents.size, differing: [...differing] }
  } finally {
    await client.close()
  }
}
