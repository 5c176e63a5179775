import type { KeyValue } from '../memory/key-value.ts'
import type { Store } from '../store/store.ts'

export interface Reconciled {
  readonly alerts: number
  /** Alerts that history, judged today, would end otherwise than they were told: of other versions, settings or releases. */
  readonly differing: number
}

const PAGE = 5_000
const KEY = 'a|'

type Row = readonly [id: string, body: string]

/**
 * What was told stands. Alerts of memory are made those of the store, word by word; where nothing has changed since, they are
 * already. What only today's rules would have raised in the past is left out: officers were not told of it then, and a change
 * from now on raises it anew.
 */
export async function reconcileAlerts(store: Store, memory: KeyValue): Promise<Reconciled> {
  let alerts = 0
  let differing = 0
  const changes = new Map<string, Uint8Array | null>()
  const keep = async (least: number) => {
    if (changes.size <= least) return
    differing += changes.size
    await memory.commit(changes)
    changes.clear()
  }
  const remembered = [...memory.scan(KEY)].map(([key]) => key.slice(KEY.length))
  let at = 0
  for await (const [id, body] of alertsOf(store)) {
    alerts++
    for (; at < remembered.length && remembered[at]! < id; at++) changes.set(KEY + remembered[at], null)
    const same = remembered[at] === id && Buffer.from(memory.get(KEY + id)!).equals(Buffer.from(body))
    if (remembered[at] === id) at++
    if (!same) changes.set(KEY + id, Buffer.from(body))
    await keep(PAGE)
  }
  for (const id of remembered.slice(at)) changes.set(KEY + id, null)
  await keep(0)
  await goOnAfter(store, memory)
  return { alerts, differing }
}

async function* alertsOf(store: Store): AsyncGenerator<Row> {
  for (let after = ''; ; ) {
    const rows = await store.query<{ alert_id: string; body: string }>(
      'SELECT alert_id, body FROM alert FINAL WHERE alert_id > {after:String} ORDER BY alert_id LIMIT {limit:UInt32}',
      { after, limit: PAGE },
    )
    for (const { alert_id, body } of rows) yield [alert_id, body]
    if (rows.length < PAGE) return
    after = rows.at(-1)!.alert_id
  }
}

/** The numbers of the log go on after the last that was used. */
async function goOnAfter(store: Store, memory: KeyValue): Promise<void> {
  const [row] = await store.query<{ seq: number }>('SELECT toFloat64(max(l.seq)) AS seq FROM alert_log AS l')
  const stored = memory.get('m|shard')
  if (!stored) return
  const shard = JSON.parse(Buffer.from(stored).toString()) as object
  await memory.commit(new Map([['m|shard', Buffer.from(JSON.stringify({ ...shard, seq: row!.seq }))]]))
}
