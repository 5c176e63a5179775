import { afterAll, beforeAll, expect, test } from 'vitest'
import { admission, discharge, inpatient, reference, settlement, voidOf } from '../../detectors/testing/events.ts'
import type { Wire } from '../../detectors/testing/scenario.ts'
import { TestPipeline } from '../testing/engine-run.ts'
import { type ExportedReport, exportedReport } from './export.ts'
import { reportHtml } from './html.ts'
import type { PeriodName } from './periods.ts'
import { snapshotOf } from './snapshot.ts'

const NOW = Date.UTC(2026, 2, 18)
const HOSPITAL = reference('institution', 'H1', { kind: 'hospital', level: '3', admdvs: '990101' })
/** Code 9905 is an inpatient class in one county alone. */
const MAP = reference('med_type_map', '990101:9905', { med_class: 'IPT' })

/** Amounts of different digits, so that no sum comes out right by chance. */
const visits = (date: string, n: number, more: Wire = {}) =>
  Array.from({ length: n }, (_, i) => {
    const medfee_sumamt = Number((100.1 + i * 7.37).toFixed(2))
    const hifp_pay = Number((medfee_sumamt * 0.5).toFixed(2))
    return settlement({
      ...{ setl_id: `${date}-${i}`, mdtrt_id: `M-${date}-${i}`, psn_no: `P${i}`, fixmedins_code: 'H1', mdtrt_admdvs: '' },
      ...{ setl_time: `${date} ${String(i).padStart(2, '0')}:30:00`, medfee_sumamt, hifp_pay, maf_pay: '1.25', hifmi_pay: 0.5 },
      ...{
        fund_pay_sumamt: Number((hifp_pay + 1.75).toFixed(2)),
        acct_pay: 10.01,
        psn_part_amt: Number((medfee_sumamt - hifp_pay - 1.75).toFixed(2)),
      },
      feedetail: [{ pric: medfee_sumamt }],
      ...more,
    })
  })

const stays = (date: string, n: number, cost: number, more: Wire = {}) =>
  Array.from({ length: n }, (_, i) =>
    inpatient({
      ...{
        setl_id: `stay-${date}-${i}`,
        mdtrt_id: `MS-${date}-${i}`,
        psn_no: `S${i % 6}`,
        fixmedins_code: 'H1',
        mdtrt_admdvs: '',
      },
      ...{ setl_time: `${date} 15:00:00`, endtime: `${date} 14:00:00`, begntime: `2026-03-0${1 + (i % 3)} 09:00:00` },
      ...{
        medfee_sumamt: cost + i,
        inscp_scp_amt: cost,
        hifp_pay: cost / 2,
        fund_pay_sumamt: cost / 2,
        psn_part_amt: cost / 2 + i,
      },
      ...{ acct_pay: 0, insutype: i % 8 === 7 ? '390' : '310', feedetail: [{ pric: cost }] },
      ...more,
    }),
  )

const DAY = [
  ...visits('2026-03-17', 9),
  ...stays('2026-03-17', 8, 5000.5),
  ...visits('2026-03-17', 1, { setl_id: 'back', psn_no: 'B' }),
]
const MID = stays('2026-03-17', 1, 700, { setl_id: 'mid', mdtrt_id: 'MS-2026-03-17-0', mid_setl_flag: 1 })
const MAPPED = visits('2026-03-17', 1, { setl_id: 'mapped', psn_no: 'S9', med_type: '9905', mdtrt_id: 'M-mapped' })
const ELSEWHERE = visits('2026-03-17', 5, { mdtrt_admdvs: '990202', insu_admdvs: '990202' }).map((visit, i) => ({
  ...visit,
  setl_id: `far-${i}`,
}))
const BEFORE = [...visits('2026-03-16', 6), ...visits('2026-03-10', 4), ...visits('2026-03-01', 7), ...visits('2026-02-28', 3)]
const LAST_YEAR = [...visits('2025-03-01', 5), ...visits('2025-03-18', 5), ...stays('2025-03-17', 6, 4000)]
const BACK = voidOf({ setl_id: 'back', psn_no: 'B', fixmedins_code: 'H1' }, '2026-03-17 23:00:00')
const EVENTS: readonly Wire[] = [...DAY, ...MID, ...MAPPED, ...ELSEWHERE, ...BEFORE, ...LAST_YEAR]

const pipeline = new TestPipeline([])
let first: ExportedReport

beforeAll(async () => {
  await pipeline.open()
  await pipeline.send([
    HOSPITAL,
    MAP,
    ...EVENTS.toSorted((a, b) => ((a.setl_time as string) < (b.setl_time as string) ? -1 : 1)),
    BACK,
  ])
  first = await reportOf('2026-03-17')
})
afterAll(() => pipeline.remove())

async function reportOf(day: string, scope = '', now = NOW): Promise<ExportedReport> {
  return exportedReport(await snapshotOf(pipeline.store, [], { day, scope, now }))
}

function shown(report: ExportedReport, id: string, period: PeriodName = 'day') {
  return report.indicators.find((row) => row.id === id)!.values[period]
}

/** What a person would do with a list and a pencil. */
const valid = EVENTS.filter(({ setl_id }) => setl_id !== 'back')
const on = (from: string, to = from) =>
  valid.filter(({ setl_time }) => (setl_time as string).slice(0, 10) >= from && (setl_time as string).slice(0, 10) <= to)
const sum = (rows: readonly Wire[], field: string) =>
  rows.reduce((total, row) => total + Math.round(Number(row[field] ?? 0) * 100), 0) / 100
const ofWards = (rows: readonly Wire[]) => rows.filter(({ med_type }) => med_type === '21' || med_type === '9905')
const ended = (rows: readonly Wire[]) => ofWards(rows).filter(({ mid_setl_flag }) => mid_setl_flag === undefined)
const days = ({ begntime, endtime }: Wire) =>
  Math.max(1, (Date.parse((endtime as string).slice(0, 10)) - Date.parse((begntime as string).slice(0, 10))) / 86_400_000)

test('Settlements and money of the day are those of what no void has taken back', () => {
  const day = on('2026-03-17')
  expect(day).toHaveLength(24)
  expect(shown(first, 'settlements').value).toBe(24)
  expect(shown(first, 'total_amount').value).toBe(sum(day, 'medfee_sumamt'))
  expect(shown(first, 'fund_pay').value).toBe(sum(day, 'fund_pay_sumamt'))
  expect(shown(first, 'personal_account').value).toBe(sum(day, 'acct_pay'))
  expect(shown(first, 'personal_burden').value).toBeCloseTo(sum(day, 'psn_part_amt') / sum(day, 'medfee_sumamt'), 4)
  expect(first.fund_split).toMatchObject({
    hifp_pay: sum(day, 'hifp_pay'),
    maf_pay: sum(day, 'maf_pay'),
    hifmi_pay: sum(day, 'hifmi_pay'),
    oth_pay: 0,
  })
})

test('A stay ends once, in the class that the county’s own map gives it, and lasts from date to date', () => {
  const day = on('2026-03-17')
  const [wards, out] = [ofWards(day), ended(day)]
  expect(out).toHaveLength(9)
  const stayDays = out.reduce((total, stay) => total + days(stay), 0)
  expect(shown(first, 'inpatient_cost').value).toBeCloseTo(sum(wards, 'medfee_sumamt') / 9, 2)
  expect(shown(first, 'length_of_stay').value).toBeCloseTo(stayDays / 9, 4)
  expect(shown(first, 'bed_day_cost').value).toBeCloseTo(sum(wards, 'medfee_sumamt') / stayDays, 2)
  expect(shown(first, 'visits_per_head').value).toBeCloseTo(9 / new Set(out.map(({ psn_no }) => psn_no)).size, 4)
  const employees = wards.filter(({ insutype }) => insutype === '310')
  expect(shown(first, 'employee_reimbursement').value).toBeCloseTo(
    sum(employees, 'fund_pay_sumamt') / sum(employees, 'inscp_scp_amt'),
    4,
  )
})

test('The day is compared with the day before, the weekday of last week and the month so far', () => {
  expect(shown(first, 'settlements', 'previous_day').value).toBe(6)
  expect(shown(first, 'settlements', 'month_to_date').value).toBe(on('2026-03-01', '2026-03-17').length)
  expect(shown(first, 'total_amount', 'month_to_date').value).toBe(sum(on('2026-03-01', '2026-03-17'), 'medfee_sumamt'))
  const settlements = first.indicators.find(({ id }) => id === 'settlements')!
  expect(settlements.change.previous_day).toBe(3)
  expect(first.periods.month_to_date).toEqual({ from: '2026-03-01', to: '2026-03-17' })
})

test('The month so far is compared with the same days of that month last year', () => {
  const then = on('2025-03-01', '2025-03-17')
  expect(first.periods.month_last_year).toEqual({ from: '2025-03-01', to: '2025-03-17' })
  expect(shown(first, 'settlements', 'month_last_year').value).toBe(then.length)
  expect(shown(first, 'total_amount', 'month_last_year').value).toBe(sum(then, 'medfee_sumamt'))
  const growth = on('2026-03-01', '2026-03-17').length / then.length - 1
  expect(first.indicators.find(({ id }) => id === 'settlements')!.change.month_last_year).toBeCloseTo(growth, 4)
})

test('Growth is told against the same days of last year', () => {
  const [now, then] = [on('2026-03-01', '2026-03-17'), on('2025-03-01', '2025-03-17')]
  const growth = sum(now, 'hifp_pay') / sum(then, 'hifp_pay') - 1
  expect(shown(first, 'pooled_fund_growth', 'month_to_date').value).toBeCloseTo(growth, 4)
  const mean = (rows: readonly Wire[]) => sum(ofWards(rows), 'medfee_sumamt') / ended(rows).length
  expect(shown(first, 'inpatient_cost_growth', 'month_to_date').value).toBeCloseTo(mean(now) / mean(then) - 1, 4)
  expect(shown(first, 'pooled_fund_growth', 'previous_day').value).toBeNull()
})

test('Fewer than five persons are not told of in exports', () => {
  expect(shown(first, 'total_amount', 'week_before')).toEqual({ value: null, suppressed: true })
  expect(first.indicators.find(({ id }) => id === 'total_amount')!.change.week_before).toBeNull()
  expect(shown(first, 'inpatient_cost', 'previous_day')).toEqual({ value: null, suppressed: false })
})

test('A region is what is treated or insured there', async () => {
  const far = await reportOf('2026-03-17', '990200')
  expect(shown(far, 'settlements').value).toBe(5)
  expect(shown(await reportOf('2026-03-17', '9901'), 'settlements').value).toBe(19)
  expect(far.scope).toBe('990200')
})

test('The same numbers are the same edition; a void corrects the day of its original in a new one', async () => {
  expect(await reportOf('2026-03-17', '', NOW + 3_600_000)).toEqual(first)
  expect(first).toMatchObject({
    edition: 1,
    created_at: '2026-03-18T08:00:00+08:00',
    versions: { detectors: {}, reference_rows: 2 },
  })
  await pipeline.send([voidOf(DAY[0]!, '2026-03-20 10:00:00')])
  const second = await reportOf('2026-03-17', '', NOW + 86_400_000)
  expect(second.edition).toBe(2)
  expect(shown(second, 'settlements').value).toBe(23)
  const editions = await pipeline.store.query<{ edition: number }>("SELECT edition FROM report WHERE scope = '' ORDER BY edition")
  expect(editions.map(({ edition }) => edition)).toEqual([1, 2])
})

test('What admission and discharge told of a stay beats its bill, which need not say it; a correction beats both', async () => {
  const told = (n: number, dates: Wire) => {
    const [psn_no, mdtrt_id] = [`T${n}`, `MT${n}`]
    return [
      admission({ psn_no, mdtrt_id, fixmedins_code: 'H1', begntime: '2026-02-05 10:00:00' }),
      discharge({ psn_no, mdtrt_id, fixmedins_code: 'H1', endtime: '2026-02-10 09:00:00' }),
      ...stays('2026-02-10', 1, 1000, { setl_id: `told-${n}`, psn_no, mdtrt_id, setl_time: '2026-02-10 11:00:00', ...dates }),
    ]
  }
  const unsaid = { begntime: '', endtime: '' }
  const other = { begntime: '2026-02-01 10:00:00', endtime: '2026-02-10 09:00:00' }
  await pipeline.send([1, 2, 3].flatMap((n) => [...told(n, unsaid), ...told(n + 3, other)]))
  const report = await reportOf('2026-02-10')
  expect(shown(report, 'length_of_stay').value).toBe(5)
  const [psn_no, mdtrt_id] = ['T1', 'MT1']
  const corrected = { psn_no, mdtrt_id, fixmedins_code: 'H1', endtime: '2026-02-08 09:00:00', ingest_time: '2026-02-11 09:00:00' }
  await pipeline.send([discharge(corrected)])
  const second = await reportOf('2026-02-10')
  expect(shown(second, 'length_of_stay').value).toBeCloseTo((5 * 5 + 3) / 6, 4)
  expect(second.edition).toBe(2)
})

test('The page needs nothing else, speaks both languages, and hides what is suppressed', () => {
  const [zh, en] = (['zh', 'en'] as const).map((language) => reportHtml(first, language))
  expect(zh).toContain('医保基金监管日报 2026-03-17')
  expect(zh).toContain('<td>结算人次</td><td>24</td><td>6</td><td>不足5人</td>')
  expect(zh).toContain('去年同月同期<small>2025-03-01 – 2025-03-17</small>')
  expect(en).toContain('<td>settlements</td><td>24</td><td>6</td><td>under 5 persons</td>')
  expect(zh).not.toMatch(/(?:src|href)=|https?:|<script/)
})
