import { findDetectors, selectDetectors } from '../../../pipeline/catalogue.ts'
import { liftMessage } from '../../../pipeline/region/mail.ts'
import { KafkaProducer } from '../../../pipeline/sink/kafka-producer.ts'
import { openStore } from '../../../pipeline/store/store.ts'
import { FundwatchError } from '../../../schemas/errors.ts'
import { storeOptions } from '../services/pipeline.ts'
import { kafkaPropertiesOf } from '../services/start.ts'
import type { Config } from '../settings/config.ts'

/** A detector whose alerts were silenced because it had raised more than its budget. */
export interface Silenced {
  readonly detector_id: string
  /** How many alerts nobody was told of. */
  readonly alerts: number
  /** When the last of them was found; if it speaks again, others came after it. */
  readonly last: string
}

/**
 * What the workers' record says of detectors that ran silently: their memory lies on their machines.
 * @throws FundwatchError CONFIG_INVALID where no server holds it
 */
export async function silencedInWorkers(config: Config): Promise<Silenced[]> {
  requireSet(config, 'clickhouse_url')
  const store = openStore(storeOptions(config, config.data_dir))
  try {
    return await store.query<Silenced>(
      `SELECT detector_id, toFloat64(uniqExact(alert_id)) AS alerts, max(JSONExtractString(body, 'detected_at')) AS last
       FROM alert_log WHERE JSONExtractString(body, 'silence_reason') = 'BLAST_RADIUS' GROUP BY detector_id ORDER BY detector_id`,
    )
  } finally {
    await store.close()
  }
}

/**
 * Tells the worker that has the desk, through its mailbox: wherever that is, it hears it in its turn.
 * @throws FundwatchError CONFIG_INVALID, DETECTOR_UNKNOWN, and as `KafkaProducer` does
 */
export async function liftInWorkers(config: Config, detector_id: string): Promise<void> {
  requireSet(config, 'kafka_brokers')
  selectDetectors(await findDetectors(), detector_id)
  const producer = await KafkaProducer.connect(config.kafka_brokers, kafkaPropertiesOf(config))
  try {
    await producer.send([liftMessage(detector_id)])
  } finally {
    await producer.close()
  }
}

function requireSet(config: Config, setting: 'clickhouse_url' | 'kafka_brokers'): void {
  if (config[setting] === '')
    throw new FundwatchError('CONFIG_INVALID', `Workers are reached through what they share: ${setting} is not set.`)
}
