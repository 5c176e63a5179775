import type { FindingChange } from '../../detectors/detector.ts'
import type { Alert } from '../../schemas/alert.ts'
import { parseInstant } from '../../schemas/time.ts'

/** What others hear of a revised alert. */
export function findingChangeOf(alert: Alert): FindingChange {
  const { detector_id, alert_id, setl_ids, psn_no, fixmedins_code, admdvs, subject_type, subject_id } = alert
  return {
    kind: 'finding',
    detector_id,
    alert_id,
    holds: alert.status === 'open',
    severity: alert.severity as FindingChange['severity'],
    subject: { type: subject_type, id: subject_id },
    setl_ids,
    psn_no,
    fixmedins_code,
    admdvs,
    at: parseInstant(alert.event_time),
  }
}
