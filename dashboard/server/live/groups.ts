import type { Entry } from './alert-log.ts'

/** Several alerts of one detector at one institution, said as one. */
export interface Group {
  readonly key: string
  readonly detector_id: string
  readonly fixmedins_code: string
  /** The most severe of them. */
  severity: number
  count: number
  /** Yuan. */
  vola_amt: number
  last_event_time: string
  /** The newest of them. */
  alert_id: string
}

const RED = 1

/** Folds rows by detector and institution; red ones are always said one by one. */
export function groupRows(entries: readonly Entry[]): { rows: Entry[]; groups: Group[] } {
  const rows: Entry[] = []
  const groups = new Map<string, Group>()
  for (const entry of entries) {
    const { severity, detector_id, fixmedins_code, vola_amt, event_time, alert_id } = entry.row
    if (severity === RED) {
      rows.push(entry)
      continue
    }
    const key = `${detector_id}|${fixmedins_code}`
    const group = groups.get(key)
    if (group) {
      group.severity = Math.min(group.severity, severity)
      group.count++
      group.vola_amt = Math.round((group.vola_amt + vola_amt) * 100) / 100
      if (event_time > group.last_event_time) group.last_event_time = event_time
      group.alert_id = alert_id
    } else {
      groups.set(key, { key, detector_id, fixmedins_code, severity, count: 1, vola_amt, last_event_time: event_time, alert_id })
    }
  }
  return { rows, groups: [...groups.values()] }
}
