import type { AlertFilter, AlertSummary } from '../../../schemas/wire.ts'

type Patch = { readonly alert_id: string; readonly revision: number; readonly set: Readonly<Record<string, unknown>> }

/** Rows kept on the page; older ones are read anew when asked for. */
export const ROWS_MAX = 5_000

/** How new a row is: a revision of the alert, and within it a step of the workflow. */
type Stamp = Pick<AlertSummary, 'revision' | 'state_version'>

function isNewer(row: Stamp, known: Stamp): boolean {
  return row.revision > known.revision || (row.revision === known.revision && row.state_version > known.state_version)
}

/** A patch of the same step is no older: the end of a claim changes the owner and nothing else. */
function isOlder(patch: Stamp, known: Stamp): boolean {
  return patch.revision < known.revision || (patch.revision === known.revision && patch.state_version < known.state_version)
}

/** Whether people are no longer told of the alert by itself: it has been silenced, or is told within another one. */
function hasLeft({ disposition = 'alert', parent_alert_id = '' }: Patch['set']): boolean {
  return disposition !== 'alert' || parent_alert_id !== ''
}

function isRed({ severity }: AlertSummary): boolean {
  return severity === 1
}

/**
 * The rows of the live list, newest first. While it is held nothing moves: new alerts wait, and only what changes in a row
 * that is shown is shown at once. Each alert appears once, in its highest revision.
 */
export class Feed {
  readonly #filter: AlertFilter
  #rows: AlertSummary[] = []
  #waiting: AlertSummary[] = []
  /** How many of those that waited were dropped, since no more than a list full of them is kept. */
  #dropped = { all: 0, red: 0 }
  #known = new Map<string, Stamp>()
  #held = false
  /** Where older rows go on, as the server said; null when there are none. */
  #older: string | null = null
  #trimmed = false

  constructor(filter: AlertFilter) {
    this.#filter = filter
  }

  get rows(): readonly AlertSummary[] {
    return this.#rows
  }

  /** How many alerts wait to be shown, and how many of them are of severity 1. */
  get waiting(): { readonly all: number; readonly red: number } {
    const red = this.#waiting.filter(isRed).length
    return { all: this.#waiting.length + this.#dropped.all, red: red + this.#dropped.red }
  }

  get older(): string | null {
    return this.#older
  }

  /** Whether rows were dropped at the end, so that older ones cannot be added any more. */
  get trimmed(): boolean {
    return this.#trimmed
  }

  hold(held: boolean): void {
    this.#held = held
    if (!held) this.release()
  }

  /** Shows what has waited. */
  release(): void {
    if (this.#waiting.length === 0) return
    this.#rows = [...this.#waiting, ...this.#rows]
    this.#waiting = []
    this.#dropped = { all: 0, red: 0 }
    this.#trim()
  }

  /** Begins anew with the first page of the list; rows that came meanwhile stay. */
  reset(page: readonly AlertSummary[], older: string | null): void {
    const listed = new Map(page.map((row) => [row.alert_id, row]))
    const newer = [...this.#waiting, ...this.#rows].filter((row) => {
      const known = listed.get(row.alert_id)
      return row.seq > (page[0]?.seq ?? 0) && (!known || isNewer(row, known))
    })
    const replaced = new Set(newer.map(({ alert_id }) => alert_id))
    this.#waiting = []
    this.#dropped = { all: 0, red: 0 }
    this.#rows = [...newer, ...page.filter(({ alert_id }) => !replaced.has(alert_id))]
    this.#known = new Map(this.#rows.map((row) => [row.alert_id, row]))
    this.#older = older
    this.#trimmed = false
    this.#trim()
  }

  append(page: readonly AlertSummary[], older: string | null): void {
    const fresh = page.filter(({ alert_id }) => !this.#known.has(alert_id))
    for (const row of fresh) this.#known.set(row.alert_id, row)
    this.#rows = [...this.#rows, ...fresh]
    this.#older = older
  }

  /** Takes a batch of the socket; returns how many alerts were new. */
  receive(alerts: readonly AlertSummary[], patches: readonly Patch[]): number {
    let added = 0
    for (const row of alerts) {
      const known = this.#known.get(row.alert_id)
      if (known && !isNewer(row, known)) continue
      this.#known.set(row.alert_id, row)
      if (known && this.#replace(row.alert_id, () => row)) continue
      this.#waiting.unshift(row)
      added++
    }
    for (const { alert_id, revision, set } of patches) this.#patch(alert_id, revision, set)
    if (this.#held) this.#drop()
    else this.release()
    return added
  }

  #patch(id: string, revision: number, set: Patch['set']): void {
    const known = this.#known.get(id)
    const stamp = { state_version: known?.state_version ?? 0, ...set, revision }
    if (!known || isOlder(stamp, known)) return
    if (hasLeft(set)) return this.#forget(id)
    this.#known.set(id, stamp)
    this.#replace(id, (row) => ({ ...row, ...set, revision }))
  }

  /** Puts a changed row in the place of the old one; one that no longer passes the filter goes. False when there is none. */
  #replace(id: string, change: (row: AlertSummary) => AlertSummary): boolean {
    for (const rows of [this.#rows, this.#waiting]) {
      const index = rows.findIndex(({ alert_id }) => alert_id === id)
      if (index < 0) continue
      const changed = change(rows[index]!)
      const stays = !this.#filter.severity || this.#filter.severity.includes(changed.severity)
      rows.splice(index, 1, ...(stays ? [changed] : []))
      return true
    }
    return false
  }

  #forget(id: string): void {
    this.#known.delete(id)
    this.#rows = this.#rows.filter(({ alert_id }) => alert_id !== id)
    this.#waiting = this.#waiting.filter(({ alert_id }) => alert_id !== id)
  }

  #drop(): void {
    for (const row of this.#waiting.splice(ROWS_MAX)) {
      this.#known.delete(row.alert_id)
      this.#dropped.all++
      if (isRed(row)) this.#dropped.red++
    }
  }

  #trim(): void {
    for (const { alert_id } of this.#rows.slice(ROWS_MAX)) this.#known.delete(alert_id)
    if (this.#rows.length > ROWS_MAX) {
      this.#rows = this.#rows.slice(0, ROWS_MAX)
      this.#older = null
      this.#trimmed = true
    }
  }
}
