import type { Alert, AlertWorkflow } from '../../../schemas/alert.ts'
import type { AlertSummary } from '../../../schemas/wire.ts'
import { maskAlert } from './mask.ts'

type Standing = Pick<AlertWorkflow, 'state' | 'state_version' | 'owner'>

/** Where the alert stands in the workflow as far as its own status says: nobody has acted on it yet. */
export function standingOf(alert: Pick<Alert, 'status'>): Standing {
  return { state: alert.status === 'retracted' ? 'VOIDED' : 'NEW', state_version: 1, owner: '' }
}

/** The row of the live feed and of lists, persons masked. */
export function summarise(alert: Alert): AlertSummary {
  const masked = maskAlert(alert)
  return {
    alert_id: masked.alert_id,
    seq: masked.seq,
    revision: masked.revision,
    status: masked.status,
    ...standingOf(masked),
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
    count: masked.count,
  }
}

/** Whether the revision is pushed: what is told within another alert is not, except that it holds no longer. */
export function isPushed(alert: Pick<Alert, 'mode' | 'disposition' | 'parent_alert_id' | 'status'>): boolean {
  return isShown(alert) && (alert.parent_alert_id === '' || alert.status === 'retracted')
}

/** Whether people see the match at all: shadow runs and silenced matches are counted, not shown. */
export function isShown(alert: Pick<Alert, 'mode' | 'disposition'>): boolean {
  return alert.mode === 'live' && alert.disposition === 'alert'
}
