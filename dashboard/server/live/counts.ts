import type { Instant } from '../../../schemas/time.ts'
import { SECOND } from '../../../schemas/time.ts'
import type { AlertFilter, Counts } from '../../../schemas/wire.ts'
import type { Scope } from '../access/caller.ts'
import type { AlertReader } from '../alerts/reader.ts'

/** Counting may take this share of the store's time per question at most. */
const SHARE = 0.1
const QUESTIONS_MAX = 1_000

/** What the counts rest on: how far the log had come, and how many standings had changed, before they were asked. */
export interface Mark {
  readonly hwm: number
  readonly place: number
}

export interface Counted {
  readonly counts: Counts
  readonly mark: Mark
}

/** Exact counts of open alerts, asked of the store at most once a second per question, however many clients ask it. */
export class CountsCache {
  readonly #alerts: AlertReader
  readonly #now: () => Instant
  readonly #end: () => Mark
  readonly #answers = new Map<string, { counted: Promise<Counted>; until: Instant }>()

  /** @param end how far the log has come, and how many standings have changed */
  constructor(alerts: AlertReader, end: () => Mark, now: () => Instant) {
    this.#alerts = alerts
    this.#end = end
    this.#now = now
  }

  /** On what an answer given now would rest; standings matter only where an owner is asked for. */
  mark({ assignee }: AlertFilter): Mark {
    const { hwm, place } = this.#end()
    return { hwm, place: assignee === undefined ? 0 : place }
  }

  of({ scope, institutions }: Scope, filter: AlertFilter): Promise<Counted> {
    const question = JSON.stringify([scope, institutions, filter])
    const asked = this.#now()
    const known = this.#answers.get(question)
    if (known && known.until > asked) return known.counted
    const mark = this.mark(filter)
    const counted = this.#alerts.counts({ scope, institutions }, filter).then((counts) => ({ counts, mark }))
    const answer = { counted, until: Number.POSITIVE_INFINITY }
    this.#answers.delete(question)
    this.#answers.set(question, answer)
    if (this.#answers.size > QUESTIONS_MAX) this.#answers.delete(this.#answers.keys().next().value!)
    counted.then(
      () => {
        const taken = this.#now() - asked
        answer.until = asked + Math.max(SECOND, taken / SHARE)
      },
      () => this.#answers.delete(question),
    )
    return counted
  }
}
