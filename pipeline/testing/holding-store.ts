import type { Store } from '../store/store.ts'

/** A store in which inserts of events hang until they are let go. */
export class HoldingStore {
  readonly #open: Promise<void>
  #letGo!: () => void
  /** How many inserts hang now. */
  held = 0

  constructor() {
    this.#open = new Promise((done) => {
      this.#letGo = done
    })
  }

  /** Those that hang go on, and no others hang any more. */
  letGo(): void {
    this.#letGo()
  }

  wrap(store: Store): Store {
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
      writeColumns: async (ranges, options) => {
        this.held++
        await this.#open
        this.held--
        await store.writeColumns(ranges, options)
      },
    }
  }
}
