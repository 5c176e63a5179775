import { expect, test } from 'vitest'
import { monthsAfter } from '../kit/plain/calendar.ts'
import { HOSPITAL, heartbeat, reference, settlement } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './fnd-08.ts'

const judge = (...events: Wire[]) => run(detector, [HOSPITAL, ...events])
const month = (name: string, row: Wire, pool = '990100:310') => reference('pool', `${pool}:${name}`, row)
const steady = (months: number, expenditure: number, last: Wire, until = '2026-02') =>
  Array.from({ length: months }, (_, i) => month(monthsAfter(until, i + 1 - months), { expenditure, income: 110 })).concat(
    month(until, { expenditure, income: 110, ...last }),
  )
const visit = (setl_time = '2026-03-02 10:00:00', more: Wire = {}) => settlement({ setl_time, insu_admdvs: '990101', ...more })

test('A balance for less than six months is yellow, for less than three red', () => {
  const lasting = (balance: number) => judge(...steady(12, 100, { balance }), visit()).open
  expect(lasting(600)).toEqual([])
  expect(lasting(599.99)).toMatchObject([
    {
      ...{ subject: { type: 'pool', id: '990100:310' }, bucket: '2026-02', result: 'indicator', severity: 3, vola_amt: 0 },
      ...{ setl_ids: [], admdvs: '990100', evidence: { runway_months: 6, mean_expenditure: 100, months_known: 12 } },
    },
  ])
  expect(lasting(300)).toMatchObject([{ severity: 3 }])
  expect(lasting(299)).toMatchObject([{ severity: 1 }])
  expect(detector.explain(lasting(299)[0]!.evidence, 'zh')).toContain('结余299元，月均支出100元，可支付2.99个月')
})

test('The expenditure of the last twelve months is averaged, as far as it is known', () => {
  const years = [...steady(12, 10, {}, '2025-02'), ...steady(12, 100, { balance: 599 })]
  expect(judge(...years, visit()).open[0]!.evidence).toMatchObject({ mean_expenditure: 100, months_known: 12 })
  const few = [month('2026-01', { expenditure: 50 }), month('2026-02', { expenditure: 150, balance: 500 })]
  expect(judge(...few, visit()).open).toMatchObject([{ evidence: { mean_expenditure: 100, runway_months: 5, months_known: 2 } }])
  expect(judge(month('2026-02', { balance: 1 }), visit()).open).toEqual([])
})

test('Twelve months that cost a fifth more than the twelve before are orange, where both are known', () => {
  const grown = (now: number, balance = 9999) =>
    judge(...steady(12, 100, {}, '2025-02'), ...steady(12, now, { balance }), visit()).open
  expect(grown(120)).toEqual([])
  expect(grown(120.01)).toMatchObject([{ severity: 2, evidence: { growth: 0.2, drivers: { expenditure_change: 0.2 } } }])
  expect(grown(130, 300)).toMatchObject([{ severity: 1 }])
  expect(grown(130, 700)).toMatchObject([{ severity: 2, evidence: { runway_months: 5.385 } }])
  expect(judge(...steady(11, 100, {}, '2025-02'), ...steady(12, 200, { balance: 9999 }), visit()).open).toEqual([])
  // A new insurance has spent nothing from which it could have grown.
  expect(judge(...steady(12, 0, {}, '2025-02'), ...steady(12, 200, { balance: 9999 }), visit()).open).toEqual([])
  expect(detector.explain(grown(150)[0]!.evidence, 'en')).toContain('grew by 50%')
  // Twice as much as in the same month a year before.
  const cheap = steady(12, 100, { expenditure: 65 }, '2025-02')
  expect(judge(...cheap, ...steady(12, 130, { balance: 9999 }), visit()).open).toMatchObject([
    { evidence: { growth: 0.339, drivers: { expenditure_change: 1 } } },
  ])
})

test('The last month that is known may lie a year back, and no further', () => {
  const known = (name: string) => judge(month(name, { expenditure: 100, balance: 1 }), visit()).open
  expect(known('2025-03')).toMatchObject([{ bucket: '2025-03' }])
  expect(known('2025-02')).toEqual([])
})

test('A row is judged when it arrives, a day later at most, and each month by itself', () => {
  const low = (name: string, balance: number) => month(name, { expenditure: 100, balance })
  const early = [low('2026-02', 500), visit()]
  expect(judge(...early, low('2026-03', 200), heartbeat('2026-03-03 00:09:59')).open).toMatchObject([{ bucket: '2026-02' }])
  const both = judge(...early, low('2026-03', 200), heartbeat('2026-03-03 00:10:00')).open
  expect(both.map(({ bucket, severity }) => [bucket, severity])).toEqual([
    ['2026-02', 3],
    ['2026-03', 1],
  ])
  expect(judge(...early, low('2026-02', 900), heartbeat('2026-03-04 00:00:00'))).toMatchObject({
    ...{ open: [], retracted: [{ bucket: '2026-02' }] },
  })
  expect(judge(low('2026-04', 1), visit(), heartbeat('2026-03-31 00:00:00')).open).toEqual([])
})

test('The pool of the county comes before that of the prefecture and the province; that of another prefecture is not theirs', () => {
  const low = { expenditure: 100, balance: 1 }
  const pools = (...ids: string[]) =>
    judge(...ids.map((id) => month('2026-02', low, id)), visit()).open.map(({ subject }) => subject.id)
  expect(pools('990101:310', '990100:310')).toEqual(['990101:310'])
  expect(pools('9901:310')).toEqual(['9901:310'])
  expect(pools('990000:310')).toEqual(['990000:310'])
  expect(pools('990200:310')).toEqual([])
})

test('A pool that becomes known later is found then, and two counties share one', () => {
  const low = month('2026-02', { expenditure: 100, balance: 1 })
  const other = visit('2026-03-02 11:00:00', { insu_admdvs: '990102' })
  expect(judge(visit(), low, visit('2026-03-02 12:00:00'), other).open).toHaveLength(1)
})

test('A pool of the region is judged though nobody of its insurance type was treated', () => {
  const residents = month('2026-02', { expenditure: 100, balance: 200 }, '990100:390')
  expect(judge(residents, visit()).open).toMatchObject([{ subject: { id: '990100:390' }, severity: 1 }])
  expect(judge(residents, visit('2026-03-02 10:00:00', { insu_admdvs: '880101' })).open).toEqual([])
  // Their own pool may still become known.
  const own = month('2026-02', { expenditure: 100, balance: 500 })
  const late = judge(residents, visit(), own, visit('2026-03-02 11:00:00', { setl_id: 'S2' })).open
  expect(late.map(({ subject }) => subject.id).sort()).toEqual(['990100:310', '990100:390'])
})

test('What has become less fell', () => {
  const fallen = { ...detector.example, growth: -0.125 }
  expect(detector.explain(fallen, 'zh')).toContain('近12个月支出同比下降12.5%')
  expect(detector.explain(fallen, 'en')).toContain('expenditure of twelve months fell by 12.5%')
})
