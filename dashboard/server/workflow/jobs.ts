import type { Caller } from '../access/caller.ts'

/** What became of something that waits for a person or was asked for by one. */
export interface JobNotice {
  /** `BULK_WAITING`, `BULK_DONE`, `LOOK_WAITING` or `LOOK_APPROVED`. */
  readonly code: string
  readonly message: string
  /** The bulk action or the request that it is about. */
  readonly object: string
  /** Whom it concerns, among those who listen. */
  readonly concerns: (caller: Caller) => boolean
}

type Listener = (notice: JobNotice) => void

/** Where the workflow says what waits for somebody and what is done; the socket passes it on (topic `jobs`). */
export class Jobs {
  readonly #listeners = new Set<Listener>()

  tell(notice: JobNotice): void {
    for (const listener of this.#listeners) listener(notice)
  }

  /** Calls back for each notice; returns the way to stop. */
  onNotice(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
