import type { Store } from '../store/store.ts'

/** A store that does some things in another way, and all others as this one. */
export function storeWith(store: Store, other: Partial<Store>): Store {
  return {
    migrate: () => store.migrate(),
    close: () => store.close(),
    query: (sql, params) => store.query(sql, params),
    scan: (sql, params) => store.scan(sql, params),
    originals: (ids, before) => store.originals(ids, before),
    findByVisit: (visit, before) => store.findByVisit(visit, before),
    forgetBatches: (batches) => store.forgetBatches(batches),
    forgetCheckpoints: (partitions) => store.forgetCheckpoints(partitions),
    insertRows: (name, rows, options) => store.insertRows(name, rows, options),
    writeColumns: (ranges, options) => store.writeColumns(ranges, options),
    ...other,
  }
}
