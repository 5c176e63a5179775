import type { Alert } from '../../schemas/alert.ts'

/** Matches of one detector on one day (contract, section 2, "Ledger"). */
export interface LedgerRow {
  readonly detector_id: string
  readonly day: string
  /** `matches = alerts + folded + snoozed + excepted + suppressed + shadowed`, over what holds now. */
  matches: number
  alerts: number
  folded: number
  snoozed: number
  excepted: number
  suppressed: number
  shadowed: number
  /** Of the suppressed: how many for which reason. */
  reasons?: Record<string, number>
  /** Alerts and silenced matches that hold no longer. */
  withdrawn: number
}

/** The ledger over alerts in their final revision, by detector and day of the event. */
export function ledgerOf(alerts: Iterable<Alert>): LedgerRow[] {
  const rows = new Map<string, LedgerRow>()
  for (const alert of alerts) {
    const day = alert.event_time.slice(0, 10)
    const key = `${alert.detector_id}|${day}`
    const row = rows.get(key) ?? emptyRow(alert.detector_id, day)
    rows.set(key, row)
    if (alert.status === 'retracted') {
      row.withdrawn += alert.count
      continue
    }
    row.matches += alert.count
    if (alert.disposition === 'alert') {
      row.alerts += 1
      row.folded += alert.count - 1
    } else row[alert.disposition] += alert.count
    if (alert.disposition === 'suppressed') {
      row.reasons ??= {}
      row.reasons[alert.silence_reason] = (row.reasons[alert.silence_reason] ?? 0) + alert.count
    }
  }
  return [...rows.values()].sort((a, b) => (a.detector_id + a.day < b.detector_id + b.day ? -1 : 1))
}

export function balances(row: LedgerRow): boolean {
  return row.matches === row.alerts + row.folded + row.snoozed + row.excepted + row.suppressed + row.shadowed
}

function emptyRow(detector_id: string, day: string): LedgerRow {
  return { detector_id, day, matches: 0, alerts: 0, folded: 0, snoozed: 0, excepted: 0, suppressed: 0, shadowed: 0, withdrawn: 0 }
}
