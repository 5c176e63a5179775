import type { Store } from '../store/store.ts'
import { storeWith } from './store-with.ts'

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
    return storeWith(store, {
      writeColumns: async (ranges, options) => {
        this.held++
        await this.#open
        this.held--
        await store.writeColumns(ranges, options)
      },
    })
  }
}
