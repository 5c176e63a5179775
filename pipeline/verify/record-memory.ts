import { InMemory } from '../memory/in-memory.ts'
import type { KeyValue } from '../memory/key-value.ts'
import { sourceOf } from '../source/kafka-range.ts'
import type { Store } from '../store/store.ts'
import { MAILBOX } from '../topics.ts'
import { alertsInStore } from './digest.ts'

/**
 * What the memory of a region would say, by the record alone: for workers, whose memories lie on many machines. To be asked
 * while nothing is written.
 */
export async function recordAsMemory(store: Store): Promise<KeyValue> {
  const memory = new InMemory()
  const [last] = await store.query<{ batch: number }>('SELECT toFloat64(max(b.batch)) AS batch FROM batch AS b')
  const nexts = await store.query<{ place: string; next: number }>(
    `SELECT concat(source, '|', toString(partition)) AS place, toFloat64(max(last_offset) + 1) AS next
     FROM batch WHERE source != {mailbox:String} GROUP BY source, partition`,
    { mailbox: sourceOf({ topic: MAILBOX }) },
  )
  const text = (value: unknown) => Buffer.from(JSON.stringify(value))
  // All detectors have heard everything: none is warmed up.
  await memory.commit(
    new Map([
      ['m|batch', text(last!.batch)],
      ['m|heard', text({})],
    ]),
  )
  await memory.commit(nexts.map(({ place, next }) => [`m|next|${place}`, text(next)]))
  await memory.commit((await alertsInStore(store)).map((alert) => [`a|${alert.alert_id}`, text(alert)]))
  return memory
}
