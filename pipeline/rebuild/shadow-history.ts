import type { Alert } from '../../schemas/alert.ts'
import { formatInstant, type Instant } from '../../schemas/time.ts'
import { Journal } from '../engine/journal.ts'
import { alertRow } from '../engine/writer.ts'
import type { KeyValue } from '../memory/key-value.ts'
import type { Store } from '../store/store.ts'

const SOURCE = 'warm-up'

/**
 * What detectors would have raised in a history that they have just heard is kept as their shadow run: to be looked at and
 * counted, and told to nobody. Answers how many alerts that are.
 *
 * @param scratch the memory in which they heard it
 */
export async function raiseAsShadow(
  { memory, store, scratch }: { memory: KeyValue; store: Store; scratch: KeyValue },
  ids: ReadonlySet<string>,
  now: Instant,
): Promise<number> {
  const shard = JSON.parse(Buffer.from(memory.get('m|shard')!).toString()) as { seq: number }
  const alerts: Alert[] = []
  for (const [key, value] of scratch.scan('a|')) {
    const alert = JSON.parse(Buffer.from(value).toString()) as Alert
    if (!ids.has(alert.detector_id) || memory.get(key)) continue
    const shadow = { mode: 'shadow', disposition: 'shadowed', silence_reason: 'HISTORY', parent_alert_id: '' } as const
    alerts.push({ ...alert, ...shadow, revision: 1, detected_at: formatInstant(now), seq: shard.seq + alerts.length + 1 })
  }
  if (alerts.length === 0) return 0
  const journal = new Journal(memory)
  // What a crash has left, of a warm-up or of a source that reads it again, has no place before these.
  await journal.abandon((batches) => store.forgetBatches(batches))
  const round = await journal.intend([{ source: SOURCE, partition: 0, first: 0, last: -1, now, replayable: false }])
  const { batch } = round[0]!
  const token = `${SOURCE}:${batch}`
  const rows = alerts.map((alert) => alertRow(alert, batch))
  await store.insertRows('alert_log', rows, { token })
  await store.insertRows('batch', [rowOf(batch, now)], { token })
  const changes = new Map(alerts.map((alert) => [`a|${alert.alert_id}`, Buffer.from(JSON.stringify(alert)) as Uint8Array | null]))
  changes.set('m|shard', Buffer.from(JSON.stringify({ ...shard, seq: alerts.at(-1)!.seq })))
  for (const [key, value] of journal.finish(round)) changes.set(key, value)
  await memory.commit(changes)
  return alerts.length
}

function rowOf(batch: number, now: Instant): object {
  const nothing = { events: 0, stored: 0, duplicates: 0, dead_letters: 0, late: 0, clock: '', told: '' }
  const committed_at = new Date(now).toISOString()
  return { batch, source: SOURCE, partition: 0, first_offset: 0, last_offset: -1, ...nothing, committed_at }
}
