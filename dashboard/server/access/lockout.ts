import type { Instant } from '../../../schemas/time.ts'
import { MINUTE } from '../../../schemas/time.ts'

const FAILURES_MAX = 5
const LOCKED_FOR = 15 * MINUTE
/** Names remembered at once, so that guessing names cannot fill the memory. */
const NAMES_MAX = 10_000

/** Counts failed sign-ins per user name, existing or not. */
export class Lockout {
  readonly #failures = new Map<string, { count: number; at: Instant }>()

  /** Milliseconds for which the name stays locked; 0 when it is not. */
  lockedFor(username: string, now: Instant): number {
    const failed = this.#failures.get(username)
    if (!failed || failed.count < FAILURES_MAX) return 0
    return Math.max(0, failed.at + LOCKED_FOR - now)
  }

  fail(username: string, now: Instant): void {
    const before = this.#failures.get(username)
    const count = before && now - before.at < LOCKED_FOR ? before.count + 1 : 1
    this.#failures.delete(username)
    this.#failures.set(username, { count, at: now })
    if (this.#failures.size > NAMES_MAX) this.#failures.delete(this.#failures.keys().next().value!)
  }

  succeed(username: string): void {
    this.#failures.delete(username)
  }
}
