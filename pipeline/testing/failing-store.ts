import { FundwatchError } from '../../schemas/errors.ts'
import type { TableName } from '../../schemas/tables.ts'
import type { Store } from '../store/store.ts'

/**
 * A store that writes to a table and then says, once, that it has not: what a kill between the store and the commit leaves
 * behind.
 *
 * @param after how many inserts into the table succeed before
 */
export function failingAfter(store: Store, table: TableName, after: number): Store {
  let left = after
  return {
    migrate: () => store.migrate(),
    close: () => store.close(),
    query: (sql, params) => store.query(sql, params),
    scan: (sql, params) => store.scan(sql, params),
    originals: (ids, before) => store.originals(ids, before),
    findByVisit: (visit, before) => store.findByVisit(visit, before),
    forgetBatches: (batches) => store.forgetBatches(batches),
    forgetCheckpoints: (partitions) => store.forgetCheckpoints(partitions),
    writeColumns: (ranges, options) => store.writeColumns(ranges, options),
    async insertRows(name, rows, options) {
      await store.insertRows(name, rows, options)
      if (name === table && left-- === 0) throw new FundwatchError('STORE_REFUSED', 'planned')
    },
  }
}
