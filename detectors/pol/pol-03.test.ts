import { expect, test } from 'vitest'
import { STAY_MEMORY } from '../kit/stays/stay.ts'
import { HOSPITAL, heartbeat, inpatient, type LineGiven, reference, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './pol-03.ts'

const CODE = '003106030010000'
const item = (unit: string) => reference('item', CODE, { name: '呼吸机辅助呼吸', unit })
const cap = (row: object = {}, id = 'f') => reference('frequency', id, { code: CODE, max_cnt: 2, period: 'DAY', ...row })
const charged = (cnt: number, more: object = {}) => ({ med_list_codg: CODE, cnt, pric: 10, ...more })
const on = (setl_id: string, time: string, line: LineGiven, more: object = {}) =>
  settlement({ setl_id, setl_time: `2026-03-02 ${time}`, feedetail: [line], ...more })

test('More than the cap on one day is a violation by the share above it', () => {
  const { open } = run(detector, [HOSPITAL, cap(), item('次'), settlement({ setl_id: 'S', feedetail: [charged(3)] })])
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'person', id: 'P1' }, bucket: `2026-03-02|${CODE}`, severity: 2, result: 'violation' },
      ...{ vola_amt: 1000, evidence: { total: 3, cap: 2, cap_source: 'frequency' } },
    },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('2026-03-02呼吸机辅助呼吸收费3次，每日上限2次，超出部分10.00元。')
})

test('The cap itself is allowed, and the next day begins anew', () => {
  expect(run(detector, [HOSPITAL, cap(), settlement({ feedetail: [charged(2)] })]).open).toEqual([])
  const days = settlement({
    feedetail: [charged(2, { fee_ocur_time: '2026-03-01 23:59:59' }), charged(2, { fee_ocur_time: '2026-03-02 00:00:00' })],
  })
  expect(run(detector, [HOSPITAL, cap(), days]).open).toEqual([])
})

test('A day counts across visits and institutions; the later lines bear the amount', () => {
  const morning = on('S1', '09:00:00', charged(2))
  const evening = on('S2', '18:00:00', charged(2), { fixmedins_code: 'H99010100002' })
  for (const order of permutations([morning, evening])) {
    expect(run(detector, [HOSPITAL, cap(), ...order]).open).toMatchObject([
      {
        ...{ setl_ids: ['S1', 'S2'], fixmedins_code: 'H99010100002', vola_amt: 2000 },
        lines: [
          { setl_id: 'S1', vola_item_type: 2, vola_amt: 0 },
          { setl_id: 'S2', vola_item_type: 1, vola_amt: 2000 },
        ],
      },
    ])
  }
})

test('A cap per visit counts each visit alone, and folds them in one alert of the day', () => {
  const perVisit = cap({ per: 'VISIT' })
  const twice = [on('S1', '09:00:00', charged(2), { mdtrt_id: 'M' }), on('S2', '18:00:00', charged(2), { mdtrt_id: 'N' })]
  expect(run(detector, [HOSPITAL, perVisit, ...twice]).open).toEqual([])
  const over = [on('S1', '09:00:00', charged(3)), on('S2', '18:00:00', charged(4))]
  expect(run(detector, [HOSPITAL, perVisit, ...over]).open).toMatchObject([{ vola_amt: 3000, count: 2, evidence: { total: 4 } }])
})

test('An item by the hour has 24 of them a day, in a stay too', () => {
  const hours = (cnt: number) => inpatient({ feedetail: [charged(cnt)] })
  expect(run(detector, [HOSPITAL, item('小时'), hours(24)]).open).toEqual([])
  expect(run(detector, [HOSPITAL, item('小时'), hours(24.5)]).open).toMatchObject([
    { vola_amt: 500, evidence: { cap: 24, cap_source: 'unit', total: 24.5 } },
  ])
})

test('An item by the day is charged once a day; of stays MGT-04 judges the days', () => {
  expect(run(detector, [HOSPITAL, item('日'), settlement({ feedetail: [charged(1)] })]).open).toEqual([])
  expect(run(detector, [HOSPITAL, item('日'), settlement({ feedetail: [charged(2)] })]).open).toMatchObject([{ vola_amt: 1000 }])
  expect(run(detector, [HOSPITAL, item('日'), inpatient({ feedetail: [charged(5)] })])).toMatchObject({ open: [], skipped: [] })
  expect(run(detector, [HOSPITAL, item('日'), cap(), inpatient({ feedetail: [charged(5)] })]).open).toHaveLength(1)
})

test('A row for another period does not cap the day; the row of the nearest region does', () => {
  const weekly = cap({ period: 'N_DAYS', days: 7, max_cnt: 1 }, 'weekly')
  const local = cap({ max_cnt: 4, admdvs: '990101' }, 'local')
  expect(run(detector, [HOSPITAL, weekly, settlement({ feedetail: [charged(2)] })]).open).toEqual([])
  expect(run(detector, [HOSPITAL, weekly, cap(), local, settlement({ feedetail: [charged(4)] })]).open).toEqual([])
  expect(run(detector, [HOSPITAL, weekly, cap(), local, settlement({ feedetail: [charged(5)] })]).open).toHaveLength(1)
})

test('A cap of a visit counts all its days and bills, and belongs to the day on which it was passed', () => {
  const perVisit = cap({ period: 'VISIT' })
  const on = (...days: string[]) => days.map((day) => charged(1, { fee_ocur_time: `2026-03-${day} 09:00:00` }))
  const stay = (setl_id: string, mdtrt_id: string, day: string, ...feedetail: LineGiven[]) =>
    inpatient({ setl_id, mdtrt_id, setl_time: `2026-03-${day} 10:00:00`, feedetail })
  const bills = [stay('S1', 'M', '04', ...on('02')), stay('S2', 'M', '08', ...on('06', '05'))]
  for (const order of permutations(bills)) {
    const { open } = run(detector, [HOSPITAL, item('次'), perVisit, ...order])
    expect(open).toMatchObject([
      { bucket: `2026-03-06|${CODE}`, setl_ids: ['S1', 'S2'], vola_amt: 1000, evidence: { period: 'VISIT', total: 3, cap: 2 } },
    ])
    expect(detector.explain(open[0]!.evidence, 'zh')).toBe('呼吸机辅助呼吸一次就诊收费3次，每次就诊上限2次，超出部分10.00元。')
    const hours = { ...open[0]!.evidence, unit: '小时', total: 25, cap: 24 }
    expect(detector.explain(hours, 'zh')).toContain('收费25小时，每次就诊上限24小时')
    expect(detector.explain(hours, 'en')).toContain('was charged 25 hours; the cap is 24 a visit')
  }
  expect(
    run(detector, [HOSPITAL, perVisit, stay('S1', 'M', '04', ...on('02')), stay('S2', 'N', '08', ...on('05', '06'))]).open,
  ).toEqual([])
  expect(run(detector, [HOSPITAL, perVisit, stay('S', 'M', '08', ...on('02', '05', '06'), charged(-1))]).open).toEqual([])
})

test('What is too much of a day and of its visit is too much once', () => {
  const both = [cap({ max_cnt: 1 }), cap({ period: 'VISIT' }, 'visit')]
  expect(run(detector, [HOSPITAL, ...both, settlement({ feedetail: [charged(2)] })]).open).toMatchObject([
    { vola_amt: 1000, count: 1 },
  ])
  expect(run(detector, [HOSPITAL, ...both, settlement({ feedetail: [charged(3)] })]).open).toMatchObject([
    { vola_amt: 2000, count: 2, lines: [{ vola_amt: 2000 }] },
  ])
})

test('Of the caps of a day and a visit the one by which more is too much is told', () => {
  const told = (ofDay: number, ofVisit: number) => {
    const both = [cap({ max_cnt: ofDay }), cap({ period: 'VISIT', max_cnt: ofVisit }, 'visit')]
    const { open } = run(detector, [HOSPITAL, item('次'), ...both, settlement({ feedetail: [charged(3)] })])
    return detector.explain(open[0]!.evidence, 'zh')
  }
  expect(told(1, 2)).toBe('2026-03-02呼吸机辅助呼吸收费3次，每日上限1次，超出部分20.00元。')
  expect(told(2, 1)).toBe('呼吸机辅助呼吸一次就诊收费3次，每次就诊上限1次，超出部分20.00元。')
  expect(told(1, 1)).toContain('每日上限1次')
})

test('Where two places allow different numbers on one day, the larger binds', () => {
  const local = cap({ max_cnt: 4, admdvs: '990102' }, 'local')
  const two = [on('S1', '09:00:00', charged(2)), on('S2', '18:00:00', charged(2), { mdtrt_admdvs: '990102' })]
  expect(run(detector, [HOSPITAL, cap(), local, ...two]).open).toEqual([])
})

test('A day that lies too long before the settlement is not counted', () => {
  const long = (cnt: number, ...more: LineGiven[]) =>
    inpatient({ setl_time: '2026-09-01 10:00:00', feedetail: [charged(cnt, { fee_ocur_time: '2026-03-04 10:00:00' }), ...more] })
  expect(run(detector, [HOSPITAL, cap(), long(3)])).toMatchObject({ open: [], skipped: ['STAY_TOO_LONG'] })
  const recent = charged(3, { fee_ocur_time: '2026-03-05 10:00:00' })
  expect(run(detector, [HOSPITAL, cap(), long(3, recent)])).toMatchObject({
    open: [{ bucket: `2026-03-05|${CODE}` }],
    skipped: ['STAY_TOO_LONG'],
  })
})

test('A negative line nets against the same code', () => {
  const netted = (cnt: number) => settlement({ setl_id: 'S', feedetail: [charged(cnt), charged(-1)] })
  expect(run(detector, [HOSPITAL, cap(), netted(3)]).open).toEqual([])
  expect(run(detector, [HOSPITAL, cap(), netted(4)]).open).toMatchObject([{ vola_amt: 1000, lines: [{ feedetl_sn: '1' }] }])
})

test('A void retracts what only its settlement made too much', () => {
  const morning = on('S1', '09:00:00', charged(2))
  const evening = on('S2', '18:00:00', charged(2))
  const { open, retracted } = run(detector, [HOSPITAL, cap(), morning, evening, voidOf(morning, '2026-03-02 20:00:00')])
  expect(open).toEqual([])
  expect(retracted).toHaveLength(1)
})

test('Of several visits above the cap the largest is told, and what is posted days before keeps its day in memory', () => {
  const perVisit = cap({ per: 'VISIT' })
  const earlier = (setl_id: string, cnt: number) =>
    inpatient({ setl_id, feedetail: [charged(cnt, { fee_ocur_time: '2026-03-02 10:00:00' })] })
  const { open } = run(detector, [HOSPITAL, perVisit, earlier('S1', 3), earlier('S2', 5), earlier('S3', 4)])
  expect(open).toMatchObject([{ bucket: `2026-03-02|${CODE}`, evidence: { total: 5 }, vola_amt: 6000 }])
})

test('The first day of the longest stay still counts what was charged elsewhere on it', () => {
  const elsewhere = on('S1', '09:00:00', charged(2))
  const end = new Date(Date.parse('2026-03-02T00:00:00Z') + STAY_MEMORY).toISOString().slice(0, 10)
  const stay = inpatient({
    ...{ setl_id: 'S2', setl_time: `${end} 08:00:00`, endtime: `${end} 07:00:00`, begntime: '2026-03-02 08:30:00' },
    feedetail: [charged(2, { fee_ocur_time: '2026-03-02 10:00:00' })],
  })
  expect(run(detector, [HOSPITAL, cap(), elsewhere, heartbeat(`${end} 07:30:00`), stay]).open).toMatchObject([{ vola_amt: 2000 }])
})

test('What a later bill of the visit takes back does not count, of the day of the line or else of one that has too much', () => {
  const on = (day: string, cnt: number) => charged(cnt, { fee_ocur_time: `2026-03-${day} 09:00:00` })
  const bill = (setl_id: string, day: string, ...feedetail: LineGiven[]) =>
    inpatient({ setl_id, mdtrt_id: 'M', setl_time: `2026-03-${day} 10:00:00`, feedetail })
  const first = bill('S1', '05', on('01', 4), on('02', 1), on('03', 2))
  const back = (day: string, cnt: number) => bill('S2', '08', { pric: 500 }, on(day, cnt))
  for (const rows of [[cap()], [cap(), cap({ period: 'VISIT', max_cnt: 5 }, 'visit')]])
    for (const second of [back('01', -2), back('07', -2)])
      for (const order of permutations([first, second])) expect(run(detector, [HOSPITAL, ...rows, ...order]).open).toEqual([])
  expect(run(detector, [HOSPITAL, cap(), first, back('03', -2)]).open).toMatchObject([{ vola_amt: 2000 }])
  const bothDays = bill('S1', '05', on('01', 4), on('02', 4))
  const evening = bill('S2', '08', { pric: 500 }, charged(-2, { fee_ocur_time: '2026-03-01 18:00:00' }))
  expect(run(detector, [HOSPITAL, cap(), bothDays, evening]).open).toMatchObject([{ bucket: `2026-03-02|${CODE}` }])
  const years = [heartbeat('2028-01-01 00:00:00'), settlement({ setl_time: '2028-01-01 09:00:00', feedetail: [charged(1)] })]
  const half = [first, back('07', -1)]
  expect(run(detector, [HOSPITAL, cap(), ...half, ...years]).open).toMatchObject([
    { vola_amt: 1000, setl_ids: ['S1'], evidence: { total: 3 } },
  ])
  const whole = back('07', -2)
  expect(run(detector, [HOSPITAL, cap(), first, whole, voidOf(whole, '2026-03-09 10:00:00')]).open).toMatchObject([
    { vola_amt: 2000 },
  ])
})

test('What the person pays alone is no more than the fund pays for', () => {
  const own = charged(1, { inscp_scp_amt: 0 })
  expect(run(detector, [HOSPITAL, cap(), settlement({ feedetail: [charged(2), own] })]).open).toEqual([])
  expect(run(detector, [HOSPITAL, cap(), settlement({ feedetail: [{ ...own, cnt: 5 }] })]).open).toEqual([])
  expect(run(detector, [HOSPITAL, cap(), settlement({ feedetail: [charged(3), own] })]).open).toMatchObject([
    { vola_amt: 1000, evidence: { total: 3 }, lines: [{ feedetl_sn: '1' }] },
  ])
})

test('A national code and its local ones are one item, unless a row names the local one', () => {
  const two = [charged(2), charged(1, { med_list_codg: `${CODE}a1` })].map((one, i) => on(`S${i}`, '09:00:00', one))
  expect(run(detector, [HOSPITAL, cap(), ...two]).open).toMatchObject([
    { bucket: `2026-03-02|${CODE}`, vola_amt: 1000, evidence: { med_list_codg: CODE, total: 3 } },
  ])
  expect(run(detector, [HOSPITAL, cap(), cap({ code: `${CODE}a1` }, 'local'), ...two]).open).toEqual([])
  const hours = [charged(20), charged(5, { med_list_codg: `${CODE}a1` })].map((one, i) => on(`S${i}`, '09:00:00', one))
  expect(run(detector, [HOSPITAL, item('小时'), ...hours]).open).toMatchObject([{ evidence: { total: 25, cap: 24 } }])
})
