import type { Instant } from '../../../schemas/time.ts'
import { SECOND } from '../../../schemas/time.ts'
import type { AlertFilter, Counts } from '../../../schemas/wire.ts'
import type { Scope } from '../access/caller.ts'
import type { AlertReader } from '../alerts/reader.ts'

/** Counting may take this share of the store's time per question at most. */
const SHARE = 0.1
const QUESTIONS_MAX = 1_000

/** Exact counts of open alerts, asked of the store at most once a second per question, however many clients ask it. */
export class CountsCache {
  readonly #alerts: AlertReader
  readonly #now: () => Instant
  readonly #answers = new Map<string, { counts: Promise<Counts>; until: Instant }>()

  constructor(alerts: AlertReader, now: () => Instant) {
    this.#alerts = alerts
    this.#now = now
  }

  of({ scope, institutions }: Scope, filter: AlertFilter): Promise<Counts> {
    const question = JSON.stringify([scope, institutions, filter])
    const asked = this.#now()
    const known = this.#answers.get(question)
    if (known && known.until > asked) return known.counts
    const counts = this.#alerts.counts({ scope, institutions }, filter)
    const answer = { counts, until: Number.POSITIVE_INFINITY }
    this.#answers.delete(question)
    this.#answers.set(question, answer)
    if (this.#answers.size > QUESTIONS_MAX) this.#answers.delete(this.#answers.keys().next().value!)
    counts.then(
      () => {
        const taken = this.#now() - asked
        answer.until = asked + Math.max(SECOND, taken / SHARE)
      },
      () => this.#answers.delete(question),
    )
    return counts
  }
}
