import type { Alert } from '../../schemas/alert.ts'
import { DAY, formatInstant, HOUR, MINUTE, SECOND } from '../../schemas/time.ts'
import { anAlert } from './alerts.ts'

const START = Date.UTC(2026, 0, 5, 1, 31, 7)
const LAW = '医疗保障基金使用监督管理条例'

/** Detectors as the catalogue tells them, with a parameter of each source. */
export const CATALOGUE = [
  {
    id: 'POL-01',
    version: 1,
    title: { zh: '超限定单价收费', en: 'Unit price above the cap' },
    params: { tolerance: [{ value: 0.001, source: 'default', note: 'share of the cap' }] },
  },
  {
    id: 'POL-07',
    version: 1,
    title: { zh: '超性别限制用药或诊疗', en: 'Item limited to the other gender' },
    params: { strict: [{ value: true, source: 'law' }] },
  },
  {
    id: 'MGT-08',
    version: 1,
    title: { zh: '住院期间门诊统筹结算', en: 'Outpatient settlement during a stay' },
    params: { grace_hours: [{ value: 4, source: 'local', note: 'on the day of admission' }] },
  },
  {
    id: 'MGT-18',
    version: 1,
    title: { zh: '追溯码重复结算', en: 'Trace code settled twice' },
    params: {
      window_days: [{ value: 180, source: 'default' }],
      exempt_split: [{ value: true, source: 'default' }],
    },
  },
  {
    id: 'ANO-01',
    version: 1,
    title: { zh: '短时间异地就医', en: 'Visits too far apart for the time between them' },
    params: { speed_kmh: [{ value: 120, source: 'default' }] },
  },
] as const

const times = (n: number, after = 0) => formatInstant(START + n * 37 * SECOND + after)

/** One kind of alert after another, made up, deterministic; the people and places of region 99 do not exist. */
const KINDS: readonly ((n: number) => Partial<Alert>)[] = [
  (n) => ({
    severity: 2,
    vola_amt: 2.5 * (1 + (n % 7)),
    explanation: {
      zh: 'XJ01CAA040E001010100001收费12.5元，限价10元，1条明细共超2.50元。',
      en: 'XJ01CAA040E001010100001 was charged at 12.5 yuan, the cap is 10; 1 line, 2.50 yuan too much.',
    },
    why: 'XJ01CAA040E001010100001收费12.5元，限价10元，1条明细共超2.50元。',
    evidence: {
      lines: [
        { feedetl_sn: '1', med_list_codg: 'XJ01CAA040E001010100001', pric: 12.5, cap: 10, cap_source: 'price_cap', cnt: 1 },
      ],
      vola_amt: 2.5,
    },
  }),
  (n) => ({
    detector_id: 'POL-07',
    severity: 3,
    title: '超性别限制用药或诊疗',
    vola_amt: 80,
    params: { strict: true },
    explanation: {
      zh: '项目311201001限女性，患者为男性，基金支付80.00元。',
      en: 'Item 311201001 is limited to women, the patient is a man; the fund paid 80.00 yuan.',
    },
    why: '项目311201001限女性，患者为男性，基金支付80.00元。',
    fixmedins_code: `H9901020000${n % 5}`,
    evidence: { lines: [{ feedetl_sn: '1', med_list_codg: '311201001', limit_gend: '2' }], gend: '1', vola_amt: 80 },
  }),
  (n) => ({
    detector_id: 'MGT-18',
    severity: 1,
    result_type: 'suspicion',
    title: '追溯码重复结算',
    subject_type: 'trace',
    subject_id: `8123456789012345${String(n).padStart(4, '0')}`,
    vola_amt: 1280,
    count: 3,
    params: { window_days: 180, exempt_split: true },
    setl_ids: [`S${n}`, `S${n + 1}`, `S${n + 2}`],
    setl_count: 3,
    lines: [
      { setl_id: `S${n + 2}`, feedetl_sn: '1', vola_item_type: 1, vola_amt: 1280 },
      { setl_id: `S${n}`, feedetl_sn: '3', vola_item_type: 2, vola_amt: 1280 },
      { setl_id: `S${n + 1}`, feedetl_sn: '2', vola_item_type: 2, vola_amt: 1280 },
    ],
    explanation: {
      zh: '同一盒药品追溯码在2日内于3家机构为2名参保人结算3次，正常情形每码只应结算1次；后一次基金支付1280.00元。',
      en: 'One box was settled 3 times within 2 days at 3 institutions for 2 persons; each code should be settled once. The later share is 1280.00 yuan.',
    },
    why: '同码2日内3家机构结算3次，涉及2名参保人，基金支付1280.00元。',
    evidence: {
      trace: `8123456789012345${String(n).padStart(4, '0')}`,
      persons: ['P9900000001', 'P9900000002'],
      uses: [
        { setl_id: `S${n}`, fixmedins_code: 'H99010200001', psn_no: 'P9900000001', setl_time: times(n, -2 * DAY), fund: 1280 },
        { setl_id: `S${n + 1}`, fixmedins_code: 'P99010200017', psn_no: 'P9900000002', setl_time: times(n, -DAY), fund: 1280 },
        { setl_id: `S${n + 2}`, fixmedins_code: 'H99010200003', psn_no: 'P9900000001', setl_time: times(n), fund: 1280 },
      ],
    },
  }),
  (n) => ({
    detector_id: 'MGT-08',
    severity: 2,
    result_type: 'suspicion',
    title: '住院期间门诊统筹结算',
    vola_amt: 356.2,
    params: { grace_hours: 4 },
    subject_type: 'person',
    subject_id: 'P9900000001',
    explanation: {
      zh: '参保人P9900000001住院（就诊号M77）期间在另一机构门诊结算，基金支付356.20元。',
      en: 'P9900000001 was settled as an outpatient elsewhere during the stay M77; the fund paid 356.20 yuan.',
    },
    why: '住院（M77）期间在另一机构门诊结算，基金支付356.20元。',
    evidence: { mdtrt_id: 'M77', begntime: times(n, -3 * DAY), psn_no: 'P9900000001', hours: 74 },
  }),
  (n) => ({
    detector_id: 'ANO-01',
    severity: 4,
    result_type: 'indicator',
    title: '短时间异地就医',
    vola_amt: 46,
    params: { speed_kmh: 120 },
    subject_type: 'person',
    subject_id: 'P9900000003',
    psn_no: 'P9900000003',
    admdvs: '990301',
    explanation: {
      zh: '两次就医相距412公里、间隔38分钟，需时速650公里。',
      en: 'Two visits 412 km and 38 minutes apart would need 650 km/h.',
    },
    why: '两次就医相距412公里、间隔38分钟，需时速650公里。',
    evidence: { distance_km: 412, minutes: 38, settlements: [`S${n - 1}`, `S${n}`] },
    lines: [],
  }),
]

/** The n-th alert of the city. */
export function cityAlert(n: number, changes: Partial<Alert> = {}): Alert {
  const at = times(n)
  const kind = KINDS[n % KINDS.length]!(n)
  return anAlert(n, {
    basis: [{ law: LAW, article: n % 2 === 0 ? '38(三)' : '38(一)' }],
    risk_score: 50,
    risk_parts: { severity: 30, confidence: 20 },
    event_time: at,
    detected_at: formatInstant(Date.now()),
    first_seen: times(n, -HOUR),
    last_seen: times(n, -MINUTE),
    ...kind,
    ...changes,
  })
}
