import { type Instant, SECOND } from '../../../schemas/time.ts'
import type { Desk } from './desk.ts'
import { STANDING_COLUMNS, STANDS_OTHERWISE, type StandingChange } from './standings.ts'

const EVERY = SECOND
/** A transaction that began so long ago may only now have been committed; clocks may differ by as much. */
const OVERLAP = 10 * SECOND

/** Learns what other servers on the same database have done. */
export class Neighbours {
  readonly #desk: Desk
  readonly #onFailure: (error: unknown) => void
  readonly #timer: NodeJS.Timeout
  #asking: Promise<void> = Promise.resolve()
  #since: Instant

  constructor(desk: Desk, onFailure: (error: unknown) => void) {
    this.#desk = desk
    this.#onFailure = onFailure
    this.#since = desk.parts.now()
    this.#timer = setInterval(() => void this.ask(), EVERY)
    this.#timer.unref()
  }

  ask(): Promise<void> {
    this.#asking = this.#asking.then(() => this.#learn()).catch(this.#onFailure)
    return this.#asking
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#asking
  }

  async #learn(): Promise<void> {
    const { database, standings, now } = this.#desk.parts
    const at = now()
    const changes = await database.query<StandingChange>(
      `SELECT ${STANDING_COLUMNS} FROM work WHERE changed >= $1 AND ${STANDS_OTHERWISE} ORDER BY changed_at_seq`,
      [this.#since - OVERLAP],
    )
    this.#since = at
    const news = changes.filter((change) => {
      const known = standings.of({ alert_id: change.alert_id, status: 'open' })
      const isElsewhere = standings.caseOf(change.alert_id) !== change.case_id
      return known.state_version < change.state_version || known.owner !== change.owner || isElsewhere
    })
    if (news.length > 0) standings.apply(news)
  }
}
