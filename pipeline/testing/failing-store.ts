import { FundwatchError } from '../../schemas/errors.ts'
import type { TableName } from '../../schemas/tables.ts'
import type { Store } from '../store/store.ts'
import { storeWith } from './store-with.ts'

/**
 * A store that writes to a table and then says, once, that it has not: what a kill between the store and the commit leaves
 * behind.
 *
 * @param after how many inserts into the table succeed before
 */
export function failingAfter(store: Store, table: TableName, after: number): Store {
  let left = after
  return storeWith(store, {
    async insertRows(name, rows, options) {
      await store.insertRows(name, rows, options)
      if (name === table && left-- === 0) throw new FundwatchError('STORE_REFUSED', 'planned')
    },
  })
}
