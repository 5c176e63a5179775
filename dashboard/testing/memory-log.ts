import type { Alert } from '../../schemas/alert.ts'
import type { AlertGroup, DayVolume, Grouping } from '../../schemas/alert-group.ts'
import type { AlertFilter, Counts } from '../../schemas/wire.ts'
import type { Scope } from '../server/access/caller.ts'
import { rowTest } from '../server/alerts/filter.ts'
import type { AlertQuery, AlertReader, Page, Revision } from '../server/alerts/reader.ts'
import { isWithin } from '../server/alerts/scope.ts'
import { isShown, summarise } from '../server/alerts/summary.ts'
import type { Feed } from '../server/ports.ts'
import { Standings } from '../server/workflow/standings.ts'

function namesOf({ setl_ids, psn_no, fixmedins_code, subject_type, subject_id }: Alert, type: string): readonly string[] {
  const named: Readonly<Record<string, readonly string[]>> = {
    settlement: setl_ids,
    person: [psn_no],
    institution: [fixmedins_code],
  }
  return [...(named[type] ?? []), ...(subject_type === type ? [subject_id] : [])]
}

/** A log of alerts in memory: what the pipeline and ClickHouse are to the dashboard. */
export class MemoryLog implements Feed, AlertReader {
  readonly epoch: string
  readonly all: Alert[] = []
  standings = new Standings()
  /** How often `since` was asked. */
  pagesRead = 0
  readonly #listeners = new Set<(alerts: readonly Alert[]) => void>()

  constructor(epoch = 'e1') {
    this.epoch = epoch
  }

  append(...alerts: Alert[]): void {
    const numbered = alerts.map((alert, index) => ({ ...alert, seq: this.all.length + index + 1 }))
    this.all.push(...numbered)
    for (const listener of this.#listeners) listener(numbered)
  }

  hwm(): number {
    return this.all.length
  }

  subscribe(listener: (alerts: readonly Alert[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async since(seq: number, limit: number): Promise<Alert[]> {
    this.pagesRead++
    await new Promise((resolve) => setImmediate(resolve))
    return this.all.slice(seq, seq + limit)
  }

  async list(scope: Scope, { filter, limit, cursor, total, about, children = true }: AlertQuery): Promise<Page<Alert>> {
    const from = cursor === undefined ? Number.POSITIVE_INFINITY : Number(cursor)
    const matching = this.#latest(scope, filter)
      .filter((alert) => children || alert.parent_alert_id === '')
      .filter((alert) => !about || namesOf(alert, about.type).includes(about.id))
      .sort((a, b) => b.seq - a.seq)
    const rest = matching.filter(({ seq }) => seq < from)
    const rows = rest.slice(0, limit)
    const next = rest.length > limit ? String(rows.at(-1)!.seq) : null
    return { rows, next, ...(total && { total: { value: matching.length, exact: true } }) }
  }

  async one(scope: Scope, alertId: string): Promise<Alert | undefined> {
    return this.#latest(scope, {}).find(({ alert_id }) => alert_id === alertId)
  }

  async ofSubject(scope: Scope, subject: Pick<Alert, 'subject_type' | 'subject_id'>, limit: number): Promise<Alert[]> {
    return this.#latest(scope, { status: ['open'] })
      .filter(({ subject_type, subject_id }) => subject_type === subject.subject_type && subject_id === subject.subject_id)
      .slice(0, limit)
  }

  /** Without settlements there is nothing to recover. */
  async recoverable(): Promise<Map<string, number>> {
    return new Map()
  }

  async revisions(alertId: string): Promise<Revision[]> {
    return this.all
      .filter(({ alert_id }) => alert_id === alertId)
      .map(({ revision, seq, status, retract_reason, severity, vola_amt, count, detected_at }) => {
        return { revision, seq, status, retract_reason, severity, vola_amt, count, detected_at }
      })
      .reverse()
  }

  async counts(scope: Scope, filter: AlertFilter): Promise<Counts> {
    const counts: Counts = { open: 0, by_severity: {}, by_detector: {} }
    for (const { status, severity, detector_id, parent_alert_id } of this.#latest(scope, filter)) {
      if (status !== 'open' || parent_alert_id !== '') continue
      counts.open++
      counts.by_severity[severity] = (counts.by_severity[severity] ?? 0) + 1
      counts.by_detector[detector_id] = (counts.by_detector[detector_id] ?? 0) + 1
    }
    return counts
  }

  async groups(scope: Scope, filter: AlertFilter, by: Grouping, limit: number): Promise<AlertGroup[]> {
    const groups = new Map<string, AlertGroup>()
    for (const alert of this.#latest(scope, filter)) {
      if (alert.status !== 'open') continue
      const key = { subject: alert.subject_id, detector: alert.detector_id, institution: alert.fixmedins_code }[by]
      const before = groups.get(key)
      groups.set(key, {
        key,
        subject_type: by === 'subject' ? alert.subject_type : '',
        alert_id: alert.alert_id,
        severity: Math.min(before?.severity ?? alert.severity, alert.severity),
        open: (before?.open ?? 0) + 1,
        by_severity: [1, 2, 3, 4].map((level, index) => (before?.by_severity[index] ?? 0) + (alert.severity === level ? 1 : 0)),
        vola_amt: (before?.vola_amt ?? 0) + alert.vola_amt,
        last_event_time: alert.event_time,
      })
    }
    return [...groups.values()].sort((a, b) => a.severity - b.severity || b.open - a.open).slice(0, limit)
  }

  async days(scope: Scope, filter: AlertFilter, limit: number): Promise<DayVolume[]> {
    const days = new Map<string, DayVolume>()
    for (const { event_time, status, vola_amt, parent_alert_id } of this.#latest(scope, filter)) {
      if (parent_alert_id !== '') continue
      const day = event_time.slice(0, 10)
      const { alerts, open, vola_amt: money } = days.get(day) ?? { alerts: 0, open: 0, vola_amt: 0 }
      const counts = status === 'open'
      days.set(day, { day, alerts: alerts + 1, open: open + (counts ? 1 : 0), vola_amt: money + (counts ? vola_amt : 0) })
    }
    return [...days.values()].sort((a, b) => (a.day < b.day ? 1 : -1)).slice(0, limit)
  }

  #latest(scope: Scope, filter: AlertFilter): Alert[] {
    const passes = rowTest(filter)
    const latest = new Map(this.all.map((alert) => [alert.alert_id, alert]))
    return [...latest.values()].filter((alert) => {
      const row = summarise(alert, this.standings)
      return isShown(alert) && isWithin(scope, row) && passes(row)
    })
  }
}
