import type { Alert } from '../../../schemas/alert.ts'
import type { AlertSummary } from '../../../schemas/wire.ts'
import { Standings } from '../workflow/standings.ts'
import { maskAlert } from './mask.ts'

/** Letters of an English sentence that a row carries. */
const WHY_LENGTH = 140

const NOBODY_ACTED = new Standings()

/** The row of the live feed and of lists, persons masked. */
export function summarise(alert: Alert, standings: Standings = NOBODY_ACTED): AlertSummary {
  const masked = maskAlert(alert)
  return {
    alert_id: masked.alert_id,
    seq: masked.seq,
    revision: masked.revision,
    status: masked.status,
    ...standings.of(alert),
    severity: masked.severity,
    detector_id: masked.detector_id,
    result_type: masked.result_type,
    subject_type: masked.subject_type,
    subject_id: masked.subject_id,
    fixmedins_code: masked.fixmedins_code,
    admdvs: masked.admdvs,
    insu_admdvs: masked.insu_admdvs,
    vola_amt: masked.vola_amt,
    event_time: masked.event_time,
    detected_at: masked.detected_at,
    title: masked.title,
    why: masked.why,
    why_en: beginningOf(masked.explanation.en),
    count: masked.count,
  }
}

/** As many whole words of a sentence as a row has room for. */
function beginningOf(sentence: string): string {
  if (sentence.length <= WHY_LENGTH) return sentence
  return `${sentence.slice(0, sentence.lastIndexOf(' ', WHY_LENGTH))}…`
}

/** Whether people are told of the alert by itself, and not within another one. */
export function isPushed(alert: Pick<Alert, 'mode' | 'disposition' | 'parent_alert_id'>): boolean {
  return isShown(alert) && alert.parent_alert_id === ''
}

/** Whether the revision takes back, or may take back, what was pushed before: silenced by now, or told within another alert. */
export function mayLeave(alert: Pick<Alert, 'mode' | 'disposition' | 'parent_alert_id' | 'revision'>): boolean {
  return !isPushed(alert) && alert.mode === 'live' && alert.revision > 1
}

/** Whether people see the match at all: shadow runs and silenced matches are counted, not shown. */
export function isShown(alert: Pick<Alert, 'mode' | 'disposition'>): boolean {
  return alert.mode === 'live' && alert.disposition === 'alert'
}
