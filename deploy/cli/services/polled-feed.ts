import { hash } from 'node:crypto'
import type { Feed, Records } from '../../../dashboard/server/ports.ts'
import type { Alert } from '../../../schemas/alert.ts'

/** Revisions read at once. */
const PAGE = 1_000
const EVERY_MS = 200

/** The log of alerts as a dashboard apart from the pipeline sees it. */
export interface PolledFeed extends Feed {
  /** Why the log could not be read the last time; `undefined` while it can. */
  readonly failure: Error | undefined
  close(): void
}

/**
 * Follows the log in the store. Only batches that are stored whole are told: what a crash has left of one is removed or
 * repeated by the pipeline. All dashboards of one store agree on the epoch, which is that of the store itself.
 */
export async function pollFeed(records: Records, everyMs = EVERY_MS): Promise<PolledFeed> {
  const listeners = new Set<(alerts: readonly Alert[]) => void>()
  let hwm = await highest(records)
  let failure: Error | undefined
  let closed = false

  async function readOn(): Promise<void> {
    for (;;) {
      const alerts = await revisions(records, hwm, PAGE)
      if (alerts.length > 0) {
        hwm = alerts.at(-1)!.seq
        for (const listener of listeners) listener(alerts)
      }
      if (alerts.length < PAGE) return
    }
  }

  async function follow(): Promise<void> {
    try {
      await readOn()
      failure = undefined
    } catch (error) {
      // The store is asked again; readiness tells meanwhile.
      failure = error as Error
    }
    if (!closed) timer = setTimeout(follow, everyMs)
  }

  let timer = setTimeout(follow, everyMs)
  return {
    epoch: await epochOf(records),
    hwm: () => hwm,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    since: async (seq, limit) => (await revisions(records, seq, limit)).filter((alert) => alert.seq <= hwm),
    get failure() {
      return failure
    },
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}

/** A batch's own row is the last that is written of it. */
const WHOLE = 'batch IN (SELECT batch FROM batch)'

async function revisions(records: Records, seq: number, limit: number): Promise<Alert[]> {
  const rows = await records.query<{ body: string }>(
    `SELECT body FROM alert_log WHERE seq > {seq:UInt64} AND ${WHOLE} ORDER BY seq LIMIT {limit:UInt32}`,
    { seq, limit },
  )
  return rows.map(({ body }) => JSON.parse(body) as Alert)
}

async function highest(records: Records): Promise<number> {
  const [row] = await records.query<{ seq: number | string }>(`SELECT max(seq) AS seq FROM alert_log WHERE ${WHOLE}`)
  return Number(row?.seq ?? 0)
}

/** The log is lost only with its store. Version 0 is no migration, and may be written later by another clock (`store/key-mark.ts`). */
export async function epochOf(records: Records): Promise<string> {
  const [row] = await records.query<{ made: string }>(
    'SELECT toString(min(applied_at)) AS made FROM schema_migration WHERE version > 0',
  )
  return hash('sha256', row?.made ?? '', 'hex').slice(0, 32)
}
