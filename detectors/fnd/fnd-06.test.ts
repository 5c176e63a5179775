import { expect, test } from 'vitest'
import { HOSPITAL, heartbeat, reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './fnd-06.ts'

const judge = (...events: Wire[]) => run(detector, [HOSPITAL, ...events])
/** From another prefecture of the province. */
const claim = (cost: number, more: Wire = {}) =>
  settlement({
    ...{ setl_id: 'S', insu_admdvs: '990201', pay_loc: '3', setl_time: '2026-03-10 10:00:00' },
    feedetail: [{ pric: cost }],
    ...more,
  })
const stay = (cost: number, more: Wire = {}) => claim(cost, { med_type: '21', ...more })

test('A claim that reaches the limit of its kind is large', () => {
  const { open } = judge(stay(50_000))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'settlement', id: 'S' }, bucket: '', result: 'suspicion', severity: 2, vola_amt: 3_500_000 },
      ...{ setl_ids: ['S'], psn_no: 'P1', admdvs: '990101', insu_admdvs: '990201' },
      evidence: { fixed_limit: 50_000, filing: 'unknown', similar: null, above: ['fixed_limit'], level: '3' },
    },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toContain('990201参保人在990101就医50,000.00元，达到限额50,000元')
  expect(detector.explain(open[0]!.evidence, 'en')).toContain('was treated in 990101 (inpatient) for 50,000.00 yuan')
  expect(judge(stay(49_999.99)).open).toEqual([])
  expect(judge(claim(5000)).open).toHaveLength(1)
  expect(judge(claim(4999.99)).open).toEqual([])
  expect(judge(claim(5000, { med_type: '41' })).open).toHaveLength(1)
})

test('Cross-region is what is settled as such, or insured in another prefecture', () => {
  const at = (more: Wire) => judge(claim(5000, more)).open.length
  expect(at({ pay_loc: '4' })).toBe(1)
  expect(at({ pay_loc: '2' })).toBe(1)
  expect(at({ pay_loc: '3', insu_admdvs: '990101' })).toBe(1)
  expect(at({ pay_loc: '2', insu_admdvs: '990102' })).toBe(0)
  expect(at({ pay_loc: '', mdtrt_admdvs: '', fixmedins_code: 'H9' })).toBe(0)
})

test('Without a filing for the place and day it is more severe; nothing is guessed of persons who are not known', () => {
  const filed = (...remote_filing: Wire[]) => judge(reference('person', 'P1', { remote_filing }), claim(5000)).open[0]!
  expect(filed()).toMatchObject({ severity: 1, evidence: { filing: 'not_filed' } })
  expect(filed({ from: '2026-01-01', to: '2026-03-10', admdvs: '990100' })).toMatchObject({
    severity: 2,
    evidence: { filing: 'filed' },
  })
  expect(filed({ from: '2026-01-01', to: '2026-03-09', admdvs: '990100' })).toMatchObject({ severity: 1 })
  expect(filed({ from: '2026-03-11', to: null, admdvs: '990100' })).toMatchObject({ severity: 1 })
  expect(filed({ admdvs: '990300' })).toMatchObject({ severity: 1 })
  expect(judge(reference('person', 'P1', { gend: '1' }), claim(5000)).open).toMatchObject([{ severity: 2 }])
})

test('A stay is filed for when it begins, or before it is settled', () => {
  const filed = (from: string, to: string, bill: Wire) => {
    const person = reference('person', 'P1', { remote_filing: [{ from, to, admdvs: '990100' }] })
    return judge(person, bill).open[0]!.evidence.filing
  }
  const bill = stay(50_000, { begntime: '2026-03-01 09:00:00', endtime: '2026-03-10 09:00:00' })
  expect(filed('2026-01-01', '2026-03-01', bill)).toBe('filed')
  expect(filed('2026-03-10', '2026-12-31', bill)).toBe('filed')
  expect(filed('2026-01-01', '2026-02-28', bill)).toBe('not_filed')
  const visit = claim(5000, { begntime: '2026-03-01 09:00:00' })
  expect(filed('2026-01-01', '2026-03-01', visit)).toBe('not_filed')
  // What the agency reimburses was done long before.
  expect(filed('2026-01-01', '2026-03-01', { ...visit, pay_loc: '1' })).toBe('filed')
  expect(filed('2026-01-01', '2026-02-28', { ...visit, pay_loc: '1' })).toBe('not_filed')
})

test('People travel to centres for what costs much', () => {
  const centre = reference('institution', 'H99010100001', { level: '3', admdvs: '990101', specialty: '肿瘤' })
  expect(judge(centre, claim(5000)).open).toMatchObject([{ severity: 3, evidence: { centre: true } }])
})

/** Two hundred visits of one day, between ten yuan and so much. */
const others = (n: number, cost: number) =>
  Array.from({ length: n }, (_, i) =>
    settlement({ psn_no: `O${i}`, setl_time: '2026-03-02 10:00:00', feedetail: [{ pric: i === 0 ? cost : 10 + i }] }),
  )
const built = heartbeat('2026-03-06 00:20:00')

test('What costs more than P99 of its class and level is large too, from half the limit on', () => {
  const at = (n: number, ...events: Wire[]) => judge(...others(n, 2000), built, ...events).open
  expect(at(200, claim(2500))).toMatchObject([{ evidence: { above: ['p99'], similar: { n: 200 } } }])
  expect(detector.explain(at(200, claim(2500))[0]!.evidence, 'zh')).toContain('同类P99 208.00元')
  expect(at(200, claim(2499.99))).toEqual([])
  expect(at(199, claim(2500))).toEqual([])
  expect(at(200, claim(2500, { med_type: '14' }))).toEqual([])
  expect(at(200, claim(2500, { pay_loc: '2', insu_admdvs: '990101' }))).toEqual([])
  const dear = Array.from({ length: 5 }, (_, i) =>
    settlement({ psn_no: `D${i}`, setl_time: '2026-03-02 11:00:00', feedetail: [{ pric: 4000 }] }),
  )
  expect(at(200, ...[])).toEqual([])
  expect(judge(...others(200, 2000), ...dear, built, claim(2500)).open).toEqual([])
  expect(judge(...others(200, 2000), ...dear, built, claim(4000)).open).toEqual([])
  expect(judge(...others(200, 2000), ...dear, built, claim(4000.01)).open).toMatchObject([
    { evidence: { similar: { p99: 4000 } } },
  ])
  // What cost nothing is no claim.
  const free = settlement({ psn_no: 'F', setl_time: '2026-03-02 11:00:00', feedetail: [{ pric: 0 }] })
  expect(judge(...others(199, 2000), free, built, claim(2500)).open).toEqual([])
  expect(detector.explain(at(200, claim(2600))[0]!.evidence, 'en')).toContain('of similar claims; filing unknown')
})

test('A stay that is settled in several bills is one claim', () => {
  const bill = (setl_id: string, cost: number, day: string, more: Wire = {}) =>
    stay(cost, { setl_id, mdtrt_id: 'M', setl_time: `2026-03-${day} 10:00:00`, ...more })
  const interim = { mid_setl_flag: '1' }
  const [first, last] = [bill('S1', 30_000, '10', interim), bill('S2', 20_000, '20')]
  for (const order of permutations([first, last])) {
    const { open } = judge(...order)
    expect(open).toMatchObject([
      {
        ...{ subject: { type: 'settlement', id: 'S2' }, severity: 2, vola_amt: 3_500_000, setl_ids: ['S1', 'S2'] },
        evidence: { medfee: 50_000, fund: 35_000, level: '3', similar: null, above: ['fixed_limit'], settlements: 2 },
      },
    ])
    expect(detector.explain(open[0]!.evidence, 'zh')).toContain('990201参保人在990101就医2次结算共50,000.00元，达到限额50,000元')
    expect(detector.explain(open[0]!.evidence, 'en')).toContain('for 50,000.00 yuan in 2 bills, at least the limit')
  }
  expect(judge(first, bill('S2', 19_999.99, '20')).open).toEqual([])
  expect(judge(first, bill('S2', 20_000, '20', { mdtrt_id: 'N' })).open).toEqual([])
  expect(judge(first, last, bill('S3', 5000, '25')).open).toMatchObject([{ subject: { id: 'S2' }, vola_amt: 3_850_000 }])
  expect(judge(first, last, bill('S3', 0, '15', interim)).open).toMatchObject([
    { setl_ids: ['S1', 'S2'], evidence: { settlements: 2 } },
  ])
  // One that is large alone has been found already.
  expect(judge(first, bill('S2', 60_000, '20'), bill('S3', 25_000, '25')).open).toMatchObject([{ subject: { id: 'S2' } }])
  // Visits are claims of their own.
  const visits = ['S1', 'S2'].map((setl_id) => claim(3000, { setl_id, mdtrt_id: 'M' }))
  expect(judge(...visits).open).toEqual([])
  expect(judge(first, last, voidOf(first, '2026-03-21 10:00:00'))).toMatchObject({ open: [], retracted: [{}] })
})

test('A void retracts', () => {
  const large = claim(5000)
  expect(judge(large, voidOf(large, '2026-04-10 12:00:00'))).toMatchObject({ open: [], retracted: [{ bucket: '' }] })
})

test('An emergency counts as filed for (视同已备案)', () => {
  const person = reference('person', 'P1', { remote_filing: [] })
  for (const more of [{ med_type: '13' }, { feedetail: [{ pric: 5000, er_flag: '1' }] }]) {
    const { open } = judge(person, claim(5000, more))
    expect(open).toMatchObject([{ severity: 2, evidence: { filing: 'emergency' } }])
    expect(detector.explain(open[0]!.evidence, 'zh')).toContain('急诊视同已备案')
  }
  expect(judge(person, stay(50_000, { med_type: '24' })).open).toMatchObject([{ evidence: { filing: 'emergency' } }])
  expect(judge(person, stay(50_000)).open).toMatchObject([{ severity: 1, evidence: { filing: 'not_filed' } }])
})
