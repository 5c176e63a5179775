import { BATCH_TABLES, TABLES } from '../../schemas/tables.ts'
import type { Store } from '../store/store.ts'

/** Where, when and as which of its kind a row came in, which another run need not repeat. */
const ORIGIN = ['batch', 'source', 'partition', 'offset', 'received_at', 'version']
/** What is written about batches, and not about events; alerts are compared by what holds. */
const OF_BATCHES = ['batch', 'judgement', 'alert_log', 'alert']

/** What is stored of events, table by table: how many rows, and a print of their contents whatever their order. */
export async function rowsDigest(store: Pick<Store, 'query'>): Promise<Readonly<Record<string, string>>> {
  const tables = BATCH_TABLES.filter((name) => !OF_BATCHES.includes(name))
  const digests = await Promise.all(
    tables.map(async (name) => {
      const columns = Object.keys(TABLES[name].columns).filter((column) => !ORIGIN.includes(column))
      const content = `toJSONString(tuple(${columns.map((column) => `\`${column}\``).join(', ')}))`
      const [row] = await store.query<{ digest: string }>(
        `SELECT concat(toString(count()), ' ', hex(sum(sipHash64(${content})))) AS digest FROM \`${name}\``,
      )
      return [name, row!.digest] as const
    }),
  )
  return Object.fromEntries(digests)
}
