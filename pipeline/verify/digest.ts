import { createHash } from 'node:crypto'
import type { Alert } from '../../schemas/alert.ts'
import type { KeyValue } from '../memory/key-value.ts'
import type { Store } from '../store/store.ts'

type Digested = Pick<Alert, 'alert_id' | 'status' | 'result_type' | 'severity' | 'vola_amt' | 'setl_ids'>

/** "The same alerts" (contract, section 2, "Digest"): SHA-256 over the live alerts, sorted by id. */
export function digestOf(alerts: Iterable<Digested>): string {
  const rows = [...alerts].sort((a, b) => (a.alert_id < b.alert_id ? -1 : 1))
  const digest = createHash('sha256')
  for (const { alert_id, status, result_type, severity, vola_amt, setl_ids } of rows) {
    digest.update(`${[alert_id, status, result_type, severity, vola_amt.toFixed(2), [...setl_ids].sort().join(',')].join('|')}\n`)
  }
  return digest.digest('hex')
}

/** Every alert of memory in its final revision. */
export function* alertsInMemory(memory: KeyValue): Generator<Alert> {
  for (const [, value] of memory.scan('a|')) yield JSON.parse(Buffer.from(value).toString()) as Alert
}

/** Every alert of the store in its final revision, sorted by id. */
export async function alertsInStore(store: Store): Promise<Alert[]> {
  const rows = await store.query<{ body: string }>('SELECT body FROM alert FINAL ORDER BY alert_id', {})
  return rows.map(({ body }) => JSON.parse(body) as Alert)
}

/** A match that was silenced is counted, and is no alert; one of a shadow run is an alert of its own mode. */
export function isAlert({ disposition }: Alert): boolean {
  return disposition === 'alert' || disposition === 'shadowed'
}

/** Whether the alert counts for officers and digests: live, whatever silenced it. */
export function isLive(alert: Alert): boolean {
  return alert.mode === 'live' && alert.disposition === 'alert'
}
