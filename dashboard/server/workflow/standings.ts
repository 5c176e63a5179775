import type { Alert, AlertWorkflow } from '../../../schemas/alert.ts'
import { formatInstant, type Instant } from '../../../schemas/time.ts'
import type { AlertSummary } from '../../../schemas/wire.ts'
import type { Database } from '../database/database.ts'
import type { State } from './machine/situation.ts'

/** Where an alert stands in the workflow. */
export type Standing = Pick<AlertWorkflow, 'state' | 'state_version' | 'owner'>
/** The same as every row tells it, with the end of its present term. */
type ToldStanding = Standing & Pick<AlertSummary, 'due'>

/** A new standing, with what the socket asks of an alert before it tells anyone. */
export interface StandingChange extends Standing {
  readonly alert_id: string
  /** The end of its present term. */
  readonly due: Instant | null
  /** The case to which it belongs; empty for none. */
  readonly case_id: string
  readonly detector_id: string
  readonly fixmedins_code: string
  readonly admdvs: string
  readonly insu_admdvs: string
  /** The alert's latest revision. */
  readonly revision: number
  /** End of the log of alerts when it changed: who has read the log no further may not know of it. */
  readonly at_seq: number
}

/** `StandingChange` as columns of `work`. */
export const STANDING_COLUMNS = `alert_id, state, state_version, owner, due, case_id, detector_id, fixmedins_code, admdvs, insu_admdvs,
  revision, changed_at_seq AS at_seq`
/** Where somebody has acted, or opened a case. All other alerts stand as their status says. */
export const STANDS_OTHERWISE = "(state_version > 1 OR case_id <> '')"

/** A change as it is told: those who watch the case that the alert has left want to know it, too. */
export interface ToldChange extends StandingChange {
  readonly left_case: string
}

/** Alerts that stand as sought: by their ids, or by what their status implies unless they stand `otherwise`. */
interface Found {
  readonly ids: readonly string[]
  readonly implied: readonly Alert['status'][]
  readonly otherwise: readonly string[]
}

const IMPLIED: Readonly<Record<Alert['status'], State>> = { open: 'NEW', retracted: 'VOIDED' }
const STATUSES = Object.keys(IMPLIED) as Alert['status'][]
const CHANGES_KEPT = 20_000

/** A standing as it is told. */
export function toldOf({ state, state_version, owner, due }: Standing & { readonly due: Instant | null }): ToldStanding {
  return { state, state_version, owner, due: due === null ? null : formatInstant(Number(due)) }
}

/**
 * The standing of every alert, in memory, because every row of the feed shows it. Only alerts that somebody has acted on
 * take room; the others stand as their own status says.
 */
export class Standings {
  readonly #known = new Map<string, StandingChange>()
  #changes: ToldChange[] = []
  /** How many changes were let go. */
  #dropped = 0
  /** A reader of the log up to here, or less far, may lack a change that was let go. */
  #forgottenAt = Number.NEGATIVE_INFINITY
  readonly #listeners = new Set<() => void>()

  static async load(database: Database): Promise<Standings> {
    const standings = new Standings()
    standings.apply(
      await database.query<StandingChange>(
        `SELECT ${STANDING_COLUMNS} FROM work WHERE ${STANDS_OTHERWISE} ORDER BY changed_at_seq`,
      ),
    )
    return standings
  }

  of({ alert_id, status }: Pick<Alert, 'alert_id' | 'status'>): ToldStanding {
    const known = this.#known.get(alert_id)
    return known ? toldOf(known) : { state: IMPLIED[status], state_version: 1, owner: '', due: null }
  }

  /** The case to which an alert belongs; empty for none. */
  caseOf(alertId: string): string {
    return this.#known.get(alertId)?.case_id ?? ''
  }

  find({ state, assignee }: { state?: readonly State[]; assignee?: string }): Found {
    const isSought = (standing: Pick<Standing, 'state' | 'owner'>) =>
      (!state || state.includes(standing.state)) && (assignee === undefined || standing.owner === assignee)
    const ids: string[] = []
    const otherwise: string[] = []
    for (const [id, standing] of this.#known) (isSought(standing) ? ids : otherwise).push(id)
    const implied = STATUSES.filter((status) => isSought({ state: IMPLIED[status], owner: '' }))
    return { ids, implied, otherwise: implied.length > 0 ? otherwise : [] }
  }

  /** Takes over what was committed. */
  apply(changes: readonly StandingChange[]): void {
    for (const change of changes) {
      const known = this.#known.get(change.alert_id)
      if (known && known.state_version > change.state_version) continue
      const latest = { ...change, revision: Math.max(change.revision, known?.revision ?? 0) }
      this.#known.set(change.alert_id, latest)
      const isElsewhere = known !== undefined && known.case_id !== change.case_id
      this.#changes.push({ ...latest, left_case: isElsewhere ? known.case_id : '' })
    }
    if (this.#changes.length > 2 * CHANGES_KEPT) {
      const excess = this.#changes.length - CHANGES_KEPT
      this.#forgottenAt = this.#changes[excess - 1]!.at_seq
      this.#changes = this.#changes.slice(excess)
      this.#dropped += excess
    }
    for (const listener of this.#listeners) listener()
  }

  /** The log has grown: a later change speaks of the latest revision. */
  sawRevisions(alerts: readonly Pick<Alert, 'alert_id' | 'revision'>[]): void {
    for (const { alert_id, revision } of alerts) {
      const known = this.#known.get(alert_id)
      if (known && known.revision < revision) this.#known.set(alert_id, { ...known, revision })
    }
  }

  /** The place after the last change. */
  get end(): number {
    return this.#dropped + this.#changes.length
  }

  /** Changes from a place on. */
  *from(place: number): Generator<ToldChange> {
    for (let i = Math.max(0, place - this.#dropped); i < this.#changes.length; i++) yield this.#changes[i]!
  }

  /** The place of the first change that a reader of the log up to `seq` may not know; undefined where that was let go. */
  placeAt(seq: number): number | undefined {
    if (seq <= this.#forgottenAt) return undefined
    const index = this.#changes.findIndex(({ at_seq }) => at_seq >= seq)
    return index < 0 ? this.end : this.#dropped + index
  }

  /** Calls back after every change; returns the way to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
