import { type Instant, SECOND } from '../../../schemas/time.ts'
import type { Caller } from './caller.ts'
import { hashSecret, newSecret } from './secret.ts'

export const TICKET_LIFE = 30 * SECOND
const TICKETS_MAX = 10_000

/** Passes to the socket, each good once. */
export class Tickets {
  readonly #open = new Map<string, { caller: Caller; until: Instant }>()

  issue(caller: Caller, now: Instant): string {
    const ticket = newSecret()
    this.#open.set(hashSecret(ticket), { caller, until: now + TICKET_LIFE })
    // Insertion order is order of expiry.
    for (const [hash, { until }] of this.#open) {
      if (until > now && this.#open.size <= TICKETS_MAX) break
      this.#open.delete(hash)
    }
    return ticket
  }

  redeem(ticket: string, now: Instant): Caller | undefined {
    const hash = hashSecret(ticket)
    const found = this.#open.get(hash)
    this.#open.delete(hash)
    return found && found.until > now ? found.caller : undefined
  }
}
