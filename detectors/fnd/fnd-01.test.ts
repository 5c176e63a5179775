import { expect, test } from 'vitest'
import { HOSPITAL, heartbeat, reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './fnd-01.ts'

const HERE = 'H99010100001'
const quota = (id: string, amount: number, more: Wire = {}) => reference('budget', id, { quota: amount }, more)
const MARCH = quota(`${HERE}:2026-03`, 10_000)
const judge = (...events: Wire[]) => run(detector, [HOSPITAL, MARCH, ...events])
const paid = (setl_id: string, date: string, hifp_pay: number, more: Wire = {}) =>
  settlement({ setl_id, setl_time: date.length > 10 ? date : `${date} 10:00:00`, hifp_pay, fund_pay_sumamt: hifp_pay, ...more })
const afterwards = heartbeat('2026-04-10 00:00:00')
/** March 2026 has 22 workdays; by the 30th 21 of them are over. */
const late = (...amounts: number[]) => amounts.map((amount, i) => paid(`S${i}`, `2026-03-30 10:0${i}:00`, amount))

test('At 80, 90 and 100 percent the one alert of the month rises', () => {
  const at = (...amounts: number[]) => judge(...late(...amounts), afterwards).open
  expect(at(7999.99)).toEqual([])
  expect(at(8000)).toMatchObject([
    {
      ...{ subject: { type: 'institution', id: HERE }, bucket: '2026-03', result: 'indicator', severity: 4, vola_amt: 0 },
      ...{ setl_ids: ['S0'], fixmedins_code: HERE, psn_no: '' },
      evidence: { level: 0.8, burn: 0.8, reached_on: '2026-03-30', elapsed: 0.9545 },
    },
  ])
  expect(at(8000, 999.99)).toMatchObject([{ severity: 4 }])
  expect(at(8000, 1000)).toMatchObject([{ severity: 3, evidence: { level: 0.9 } }])
  expect(at(8000, 1999.99)).toMatchObject([{ severity: 3, vola_amt: 0 }])
  expect(at(8000, 2000)).toMatchObject([{ severity: 2, vola_amt: 0, evidence: { level: 1 } }])
  const [over] = at(8000, 2500)
  expect(over).toMatchObject({ severity: 2, vola_amt: 50_000, setl_ids: ['S0', 'S1'], evidence: { deferred_amt: 500 } })
  expect(detector.explain(over!.evidence, 'zh')).toContain('超出500.00元暂缓拨付')
})

test('It speaks at once, and of whole days when they are over', () => {
  const days = [paid('a', '2026-03-25', 8000), paid('b', '2026-03-27', 4000)]
  expect(judge(...days).open).toMatchObject([{ severity: 2, setl_ids: ['a', 'b'], evidence: { reached_on: '2026-03-27' } }])
  const more = paid('c', '2026-03-28', 1000)
  expect(judge(...days, more).open).toMatchObject([{ vola_amt: 200_000, setl_ids: ['a', 'b'], setl_count: 2 }])
  expect(judge(...days, more, heartbeat('2026-04-01 00:09:59')).open).toMatchObject([{ vola_amt: 200_000 }])
  expect(judge(...days, more, heartbeat('2026-04-01 00:10:00')).open).toMatchObject([
    { vola_amt: 300_000, setl_ids: ['a', 'b', 'c'], setl_count: 3 },
  ])
  // So it is in the first days of a month, of which none is over yet.
  const first = [paid('a', '2026-03-01', 8000), paid('b', '2026-03-02', 500)]
  expect(judge(...first).open).toMatchObject([{ evidence: { fund: 8000 } }])
  expect(judge(...first, heartbeat('2026-03-06 00:09:59')).open).toMatchObject([{ evidence: { fund: 8000 } }])
  expect(judge(...first, heartbeat('2026-03-06 00:10:00')).open).toMatchObject([{ evidence: { fund: 8500 } }])
})

test('The curve of a month has a point for each day on which something was paid, that of a year one for each month', () => {
  const days = [paid('a', '2026-03-20', 5000), paid('b', '2026-03-20', 1000), paid('c', '2026-03-27', 3000)]
  expect(judge(...days, afterwards).open[0]!.evidence.curve).toEqual([
    { until: '2026-03-20', burn: 0.6 },
    { until: '2026-03-27', burn: 0.9 },
  ])
})

test('A pace that leads beyond 110 percent is told from two fifths of the workdays on', () => {
  // Until the 12th 9 of 22 workdays are over, 40.9 percent; until the 11th 8, 36.4 percent.
  const pace = (date: string, amount: number) => judge(paid('a', date, amount), afterwards).open
  expect(pace('2026-03-12', 4500)).toEqual([])
  expect(pace('2026-03-12', 4500.01)).toMatchObject([{ severity: 4, evidence: { level: null, elapsed: 0.4091, projected: 1.1 } }])
  expect(pace('2026-03-11', 7000)).toEqual([])
  expect(detector.explain(pace('2026-03-12', 4600)[0]!.evidence, 'en')).toContain('the pace leads to 112.4% at the end')
  // With two holidays at its end the month has 20 workdays: on the 11th two fifths of them are over, on the 13th half.
  const holidays = ['2026-03-30', '2026-03-31'].map((date) => reference('calendar', date, { workday: false }))
  const short = (date: string, amount: number) => judge(...holidays, paid('a', date, amount), afterwards).open
  expect(short('2026-03-11', 4500)).toMatchObject([{ evidence: { elapsed: 0.4, projected: 1.125 } }])
  expect(short('2026-03-10', 4500)).toEqual([])
  expect(short('2026-03-13', 5500)).toEqual([])
  expect(short('2026-03-13', 5500.01)).toHaveLength(1)
})

test('The calendar says what a workday is', () => {
  const holiday = (date: string) => reference('calendar', date, { workday: false })
  const days = ['2026-03-02', '2026-03-03'].map(holiday)
  // 7 of 20 workdays: a pace of 128 percent that is not yet known.
  expect(judge(...days, paid('a', '2026-03-12', 4510), afterwards).open).toEqual([])
})

test('A medical community shares one quota, where it has one', () => {
  const other = 'H99010100002'
  const member = (code: string) => reference('institution', code, { level: '3', admdvs: '990101', group_id: 'G1' })
  const both = [paid('a', '2026-03-30', 5000), paid('b', '2026-03-31', 5000, { fixmedins_code: other })]
  const shared = [member(HERE), member(other), quota('G1:2026-03', 10_000)]
  expect(judge(...shared, ...both, afterwards).open).toMatchObject([
    { subject: { type: 'institution', id: 'G1' }, severity: 2, setl_ids: ['a', 'b'], fixmedins_code: 'G1' },
  ])
  // Of two that were paid the same the first code is named first.
  for (const order of permutations(both))
    expect(judge(...shared, ...order, afterwards).open[0]!.evidence.institutions).toEqual([
      { fixmedins_code: HERE, fund: 5000 },
      { fixmedins_code: other, fund: 5000 },
    ])
  // What one of them has spent alone is told of that one.
  expect(judge(...shared, paid('b', '2026-03-31', 9000, { fixmedins_code: other }), afterwards).open).toMatchObject([
    { subject: { id: 'G1' }, fixmedins_code: other },
  ])
  expect(judge(member(HERE), member(other), ...both, afterwards).open).toEqual([])
  expect(run(detector, [HOSPITAL, ...both, afterwards]).open).toEqual([])
})

test('A quota may be for one insurance type, and may be revised', () => {
  const own = quota(`${HERE}:2026-03:390`, 1000)
  const residents = paid('a', '2026-03-30', 950, { insutype: '390' })
  expect(judge(own, residents, afterwards).open).toMatchObject([{ severity: 3, evidence: { insutype: '390', quota: 1000 } }])
  expect(judge(own, paid('a', '2026-03-30', 950), afterwards).open).toEqual([])
  expect(judge(quota(`${HERE}:2026-03`, 20_000), ...late(9000), afterwards).open).toEqual([])
})

test('The year is measured too, where each of its months has a quota', () => {
  const months = Array.from({ length: 12 }, (_, i) => quota(`${HERE}:2026-${String(i + 1).padStart(2, '0')}`, 1000))
  const year = (known: Wire[], amount: number) =>
    run(detector, [HOSPITAL, ...known, paid('a', '2026-12-30', amount), heartbeat('2027-01-09 00:00:00')]).open.filter(
      ({ bucket }) => bucket === '2026',
    )
  expect(year(months, 9600)).toMatchObject([{ severity: 4, evidence: { quota: 12_000, level: 0.8, burn: 0.8 } }])
  expect(year(months, 9600)[0]!.evidence.curve).toEqual([{ until: '2026-12', burn: 0.8 }])
  expect(year(months, 9599.99)).toEqual([])
  expect(year(months.slice(1), 9600)).toEqual([])
})

test('Supplementary reimbursement burdens no pooled fund; without a split the whole fund counts', () => {
  expect(judge(paid('a', '2026-03-30', 9000, { setl_type: '3' }), afterwards).open).toEqual([])
  const unsplit = settlement({ setl_time: '2026-03-30 10:00:00', fund_pay_sumamt: 9000 })
  expect(judge(unsplit, afterwards).open).toHaveLength(1)
  expect(judge(paid('a', '2026-03-30', 0, { fund_pay_sumamt: 9000 }), afterwards).open).toEqual([])
})

test('What the agency reimburses to a person burdens no institution’s quota', () => {
  expect(judge(paid('a', '2026-03-30', 9000, { pay_loc: '1' }), afterwards).open).toEqual([])
  const receipt = paid('a', '2026-03-30', 2000, { pay_loc: '1' })
  const taken = voidOf(receipt, '2026-03-31 10:00:00')
  expect(judge(paid('b', '2026-03-30', 8500), receipt, taken, afterwards).open).toMatchObject([{ evidence: { fund: 8500 } }])
})

test('A void takes back what was spent, and the order of arrival does not matter', () => {
  const bills = late(5000, 4000, 2000)
  expect(judge(...bills, voidOf(bills[1]!, '2026-04-20 10:00:00'))).toMatchObject({
    open: [],
    retracted: [{ bucket: '2026-03' }],
  })
  expect(judge(...bills, voidOf(bills[2]!, '2026-04-20 10:00:00')).open).toMatchObject([
    { severity: 3, vola_amt: 0, setl_ids: ['S0', 'S1'] },
  ])
  const orders = permutations(bills).map((order) => JSON.stringify(judge(...order, afterwards).open))
  expect(new Set(orders).size).toBe(1)
})

test('A void that comes before its settlement subtracts nothing: nothing was added', () => {
  const [first, second] = late(8000, 500) as [Wire, Wire]
  expect(judge(voidOf(second, '2026-03-30 11:00:00'), first, second, afterwards).open).toMatchObject([
    { setl_ids: ['S0'], evidence: { fund: 8000 } },
  ])
})

test('Of two quotas at the same level the one that is spent further is told', () => {
  const types = ['310', '390'].map((insutype) => quota(`${HERE}:2026-03:${insutype}`, 10_000))
  const spent = (first: number, second: number) =>
    run(detector, [
      ...[HOSPITAL, ...types, paid('a', '2026-03-30', first, { insutype: '310' })],
      ...[paid('b', '2026-03-30', second, { insutype: '390' }), afterwards],
    ]).open
  for (const [first, second] of [
    [8200, 8600],
    [8600, 8200],
  ] as const)
    expect(spent(first, second)).toMatchObject([{ severity: 4, evidence: { burn: 0.86 } }])
  expect(spent(8600, 9100)).toMatchObject([{ severity: 3, evidence: { burn: 0.91 } }])
  expect(spent(9100, 8600)).toMatchObject([{ severity: 3, evidence: { burn: 0.91 } }])
})

test('A quota of one insurance type is told with what that type alone was paid', () => {
  const types = ['310', '390'].map((insutype) => quota(`${HERE}:2026-03:${insutype}`, 10_000))
  const bills = [paid('a', '2026-03-30', 9200, { insutype: '310' }), paid('b', '2026-03-30', 5000, { insutype: '390' })]
  const [finding] = run(detector, [HOSPITAL, ...types, ...bills, afterwards]).open
  expect(finding).toMatchObject({
    ...{ setl_ids: ['a'], setl_count: 1, fixmedins_code: HERE },
    evidence: { insutype: '310', fund: 9200, institutions: [{ fixmedins_code: HERE, fund: 9200 }], other_quotas: [] },
  })
  expect(detector.explain(finding!.evidence, 'zh')).toContain('2026-03职工医保预算10,000元，统筹支出9,200.00元')
  expect(detector.explain(finding!.evidence, 'en')).toContain('for 2026-03 (insurance of employees), 92%')
})

test('What is deferred of several insurance types comes together', () => {
  const own = ['310', '390'].map((insutype) => quota(`${HERE}:2026-03:${insutype}`, 1000))
  const bills = [paid('a', '2026-03-30', 1400, { insutype: '310' }), paid('b', '2026-03-31', 1300, { insutype: '390' })]
  const [finding] = run(detector, [HOSPITAL, ...own, ...bills, afterwards]).open
  expect(finding).toMatchObject({
    ...{ severity: 2, vola_amt: 70_000, setl_ids: ['a', 'b'], setl_count: 2 },
    evidence: { insutype: '310', deferred_amt: 400, other_quotas: [{ insutype: '390', burn: 1.3, deferred_amt: 300 }] },
  })
  expect(detector.explain(finding!.evidence, 'zh')).toContain('超出400.00元暂缓拨付。另有居民医保执行率130%、超出300.00元。')
  expect(detector.explain(finding!.evidence, 'en')).toContain('Besides: insurance of residents 130%, 300.00 yuan beyond it.')
  // A quota for all of them holds what theirs hold.
  const [all] = run(detector, [HOSPITAL, ...own, quota(`${HERE}:2026-03`, 2200), ...bills, afterwards]).open
  expect(all).toMatchObject({ vola_amt: 70_000 })
})
