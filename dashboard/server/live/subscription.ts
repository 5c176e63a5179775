import type { AlertFilter } from '../../../schemas/wire.ts'
import type { Scope } from '../access/caller.ts'
import { earlierRowTest, type RowTest, rowTest } from '../alerts/filter.ts'
import { isWithin } from '../alerts/scope.ts'
import type { StandingChange, Standings, ToldChange } from '../workflow/standings.ts'
import type { Entry, Stretch } from './alert-log.ts'
import { groupRows } from './groups.ts'
import type { Sharing, Sifted } from './sharing.ts'

/** Rows in one batch at most. */
const BATCH_MAX = 1_000

export type Mode = 'row' | 'group'
const NOTHING: Sifted = { alerts: [], patches: [], groups: [], reached: 0 }

/** What a subscription is about, besides its filter: everything, or one file of alerts. */
export interface About {
  holds(alertId: string): boolean
  concerns(change: ToldChange): boolean
}
const EVERYTHING: About = { holds: () => true, concerns: () => true }

/** What of a stretch goes to one subscriber. */
export interface Portion {
  readonly from: number
  readonly to: number
  readonly sifted: Sifted
  readonly changes: readonly StandingChange[]
}

/** A reader of the log with a filter: where it stands, and what concerns it. */
export class Subscription {
  readonly id: string
  readonly mode: Mode
  readonly filter: AlertFilter
  readonly #scope: Scope
  readonly #passes: RowTest
  readonly #mayHavePassed: ReturnType<typeof earlierRowTest>
  readonly #about: About
  /** What it asks for, and who asks; undefined where hardly anybody else does. */
  readonly #question: string | undefined
  /** Everything up to here has been sent or does not concern the subscriber. */
  #cursor: number
  /** The highest `seq` that the subscriber has been told of. */
  #told: number
  /** Where the log ended when the subscriber came: it is told when it has caught up. */
  readonly #endThen: number
  /** The first change of a standing that the subscriber has not been told. */
  #place: number

  constructor(
    id: string,
    filter: AlertFilter,
    mode: Mode,
    scope: Scope,
    { start, end, place }: { start: number; end: number; place: number },
    about: About = EVERYTHING,
  ) {
    this.id = id
    this.filter = filter
    this.mode = mode
    this.#scope = scope
    this.#passes = rowTest(filter)
    this.#mayHavePassed = earlierRowTest(filter)
    this.#about = about
    this.#question = about === EVERYTHING ? JSON.stringify([scope.scope, scope.institutions, filter, mode]) : undefined
    this.#cursor = start
    this.#told = start
    this.#endThen = end
    this.#place = place
  }

  /** Whether it is about one alert or case. */
  get isFile(): boolean {
    return this.#about !== EVERYTHING
  }

  get cursor(): number {
    return this.#cursor
  }

  /** Takes its part of a stretch that begins at the cursor; undefined when there is nothing to tell the subscriber. */
  take(stretch: Stretch, sharing: Sharing): Portion | undefined {
    const question = this.#question && `${this.#question} ${this.#cursor} ${stretch.upTo}`
    const sifted = sharing.sifted(question, () => this.#sift(stretch))
    const { alerts, patches, reached } = sifted
    if (reached <= this.#cursor) return undefined
    this.#cursor = reached
    const caughtUp = this.#told < this.#endThen && reached >= this.#endThen
    if (alerts.length + patches.length === 0 && !caughtUp) return undefined
    return this.#portion(sifted)
  }

  /**
   * The changes of standings that follow. A change waits until the subscriber has read the log as far as it had come then,
   * lest the row that it changes arrive after it.
   */
  takeChanges(standings: Standings): Portion | undefined {
    const changes: StandingChange[] = []
    for (const change of standings.from(this.#place)) {
      if (change.at_seq > this.#cursor || changes.length === BATCH_MAX) break
      this.#place++
      if (this.#about.concerns(change) && isWithin(this.#scope, change) && this.#mayHavePassed(change)) changes.push(change)
    }
    return changes.length > 0 ? this.#portion(NOTHING, changes) : undefined
  }

  /** Whether it has something to take, besides the log. */
  lacksChanges(standings: Standings): boolean {
    const [next] = standings.from(this.#place)
    return next !== undefined && next.at_seq <= this.#cursor
  }

  /** Tells the subscriber how far it has come although nothing concerned it. */
  progress(): Portion | undefined {
    return this.#cursor > this.#told ? this.#portion(NOTHING) : undefined
  }

  /** Counts what a stretch holds for the subscriber, without taking it. */
  count({ entries }: Stretch): number {
    let count = 0
    for (const entry of entries) if (this.#concerns(entry) || this.#changesSeen(entry)) count++
    return count
  }

  /** Gives up everything up to `seq`. */
  skipTo(seq: number): void {
    this.#cursor = seq
    this.#told = seq
  }

  #sift({ entries, upTo }: Stretch): Sifted {
    const alerts: Entry[] = []
    const patches: Entry[] = []
    let reached = upTo
    for (const entry of entries) {
      if (this.#concerns(entry)) alerts.push(entry)
      else if (this.#changesSeen(entry)) patches.push(entry)
      if (alerts.length + patches.length === BATCH_MAX) {
        reached = entry.seq
        break
      }
    }
    const { rows, groups } = this.mode === 'group' ? groupRows(alerts) : { rows: alerts, groups: [] }
    return { alerts: rows, patches, groups, reached }
  }

  #portion(sifted: Sifted, changes: readonly StandingChange[] = []): Portion {
    const from = this.#told + 1
    this.#told = this.#cursor
    return { from, to: this.#cursor, sifted, changes }
  }

  #concerns({ row, left }: Entry): boolean {
    return left === undefined && this.#about.holds(row.alert_id) && isWithin(this.#scope, row) && this.#passes(row)
  }

  /** A revision that is not, or no longer, for this subscriber, of an alert that may be on the screen. */
  #changesSeen({ row }: Entry): boolean {
    return row.revision > 1 && this.#about.holds(row.alert_id) && isWithin(this.#scope, row) && this.#mayHavePassed(row)
  }
}
