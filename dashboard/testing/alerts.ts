import { ALERT_SCHEMA_VERSION, type Alert } from '../../schemas/alert.ts'
import { formatInstant } from '../../schemas/time.ts'

const START = Date.UTC(2026, 0, 5, 1, 0, 0)

/** The id of the n-th alert, deterministic. */
export function alertId(n: number): string {
  return n.toString(16).padStart(32, '0')
}

/** A whole, shown, open alert: the n-th of a log, in county 990102 unless told otherwise. */
export function anAlert(n: number, changes: Partial<Alert> = {}): Alert {
  const at = formatInstant(START + n * 1000)
  return {
    schema_version: ALERT_SCHEMA_VERSION,
    alert_id: alertId(n),
    detector_id: 'POL-01',
    detector_version: 1,
    knowledge_version: '1',
    params: { tolerance: 0.001 },
    mode: 'live',
    disposition: 'alert',
    silence_reason: '',
    status: 'open',
    retract_reason: '',
    revision: 1,
    severity: 2,
    result_type: 'violation',
    audience: 'officer',
    vola_bhvr_type: '超标准收费',
    subject_type: 'settlement',
    subject_id: `S${n}`,
    bucket: '',
    psn_no: 'P9900000001',
    fixmedins_code: 'H99010200001',
    admdvs: '990102',
    insu_admdvs: '990102',
    setl_ids: [`S${n}`],
    setl_count: 1,
    lines: [{ setl_id: `S${n}`, feedetl_sn: '1', vola_item_type: 1, vola_amt: 2.5 }],
    vola_amt: 2.5,
    risk_score: 40,
    risk_parts: { rule: 40 },
    event_time: at,
    detected_at: at,
    title: '超限定单价收费',
    why: '收费12.5元，限价10元。',
    explanation: { zh: '收费12.5元，限价10元，1条明细共超2.50元。', en: 'Charged 12.5 yuan, the cap is 10; 2.50 yuan too much.' },
    evidence: { lines: [{ feedetl_sn: '1', pric: 12.5, cap: 10, cnt: 1 }], vola_amt: 2.5 },
    basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(三)' }],
    count: 1,
    first_seen: at,
    last_seen: at,
    parent_alert_id: '',
    seq: n,
    ...changes,
  }
}
