import { expect, test } from 'vitest'
import { settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './ano-02.ts'

/** A settlement of 10.00 with a fund share of 7.00 at the n-th institution. */
const at = (place: number, day: string, more: Wire = {}) =>
  settlement({
    ...{ setl_id: `${day}-${String(place).padStart(2, '0')}`, fixmedins_code: `P9901010${1000 + place}` },
    setl_time: `${day} ${String(8 + (place % 12)).padStart(2, '0')}:00:00`,
    ...more,
  })
const day = (n: number) => `2026-03-${String(n).padStart(2, '0')}`
/** One institution after another, so many on each of the days. */
const spread = (...perDay: readonly (readonly [day: number, count: number])[]) => {
  let place = 0
  return perDay.flatMap(([n, count]) => Array.from({ length: count }, () => at(place++, day(n))))
}
const judge = (...events: Wire[]) => run(detector, events)

test('Five institutions on one day are a suspicion against the person, by the month', () => {
  const { open } = judge(...spread([2, 5]))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'person', id: 'P1' }, bucket: '2026-03', severity: 2, result: 'suspicion' },
      ...{ vola_amt: 3500, count: 5, psn_no: 'P1', fixmedins_code: 'P99010101004' },
    },
  ])
  expect(open[0]!.setl_ids).toHaveLength(5)
  expect(open[0]!.evidence).toMatchObject({ most: { day: 5, week: 5, month: 5 }, persons: [], settlements: 5, vola_amt: 35 })
  expect(detector.explain(open[0]!.evidence, 'zh')).toMatch(/^2026-03-02超限时段在5家机构结算5笔，一日最多5家/)
})

test('Four in a day, eight in a week and fifteen in a month are ordinary', () => {
  expect(judge(...spread([2, 4])).open).toEqual([])
  expect(judge(...spread([2, 4], [8, 4])).open).toEqual([])
  expect(judge(...spread([2, 4], [9, 4], [16, 4], [23, 3])).open).toEqual([])
  expect(judge(...spread([2, 4]), at(0, day(2), { setl_id: 'again' })).open).toEqual([])
})

test('A ninth in seven days and a sixteenth in thirty are not; a day later they are', () => {
  expect(judge(...spread([2, 4], [5, 1], [8, 4])).open).toMatchObject([{ evidence: { most: { day: 4, week: 9 } } }])
  expect(judge(...spread([2, 4], [5, 1], [9, 4])).open).toEqual([])
  expect(judge(...spread([2, 4], [10, 4], [17, 4], [31, 4])).open).toMatchObject([{ evidence: { most: { month: 16 } } }])
  expect(judge(...spread([1, 4], [10, 4], [17, 4], [31, 4])).open).toEqual([])
})

test('What neither the fund nor the account paid, and a transfer, do not count', () => {
  const unpaid = at(4, day(2), { fund_pay_sumamt: 0 })
  expect(judge(...spread([2, 4]), unpaid).open).toEqual([])
  expect(judge(...spread([2, 4]), { ...unpaid, acct_pay: 3 }).open).toHaveLength(1)
  expect(judge(...spread([2, 4]), at(4, day(2), { med_type: '23', begntime: `${day(1)} 08:00:00` })).open).toEqual([])
})

test('What begins in one month and goes on into the next is one alert of the first', () => {
  const month = (n: number) => Array.from({ length: 5 }, (_, i) => at(i + n * 7, `2026-0${n}-${n === 3 ? '31' : '01'}`))
  expect(judge(...month(3), ...month(4)).open).toMatchObject([{ bucket: '2026-03', count: 10 }])
})

test('A void takes it back, also much later', () => {
  const events = spread([2, 5])
  const { open, retracted } = judge(...events, at(9, '2026-08-01'), voidOf(events[2]!, '2026-09-01 10:00:00'))
  expect(open).toEqual([])
  expect(retracted).toHaveLength(1)
})

const shown = (psn_no: string, time: string, more: Wire = {}) =>
  settlement({ setl_id: `${psn_no}-${time}`, psn_no, setl_time: `2026-03-${time}`, mdtrt_cert_no: 'T1', ...more })

test('One credential in two hands within a day is red, under the name of its first settlement', () => {
  const { open } = judge(shown('A', '02 09:00:00'), shown('B', '03 09:00:00'))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'person', id: 'A' }, bucket: '2026-03|A-02 09:00:00', severity: 1, vola_amt: 1400 },
      evidence: { persons: ['A', 'B'], most: null, settlements: 2 },
    },
  ])
  expect(JSON.stringify(open)).not.toContain('T1')
  expect(detector.explain(open[0]!.evidence, 'zh')).toMatch(/^同一就诊凭证24小时内由2人使用，共2笔/)
})

test('A newborn has no credential but its mother’s', () => {
  expect(judge(shown('A', '02 09:00:00'), shown('B', '02 10:00:00', { brdy: '2026-03-01' })).open).toEqual([])
  expect(judge(shown('A', '02 09:00:00'), shown('B', '02 10:00:00', { brdy: '2026-01-01' })).open).toHaveLength(1)
})

test('Later than a day, with another credential, or by the same person there is nothing to say', () => {
  expect(judge(shown('A', '02 09:00:00'), shown('B', '03 09:00:01')).open).toEqual([])
  expect(judge(shown('A', '02 09:00:00'), shown('B', '02 09:10:00', { mdtrt_cert_no: 'T2' })).open).toEqual([])
  expect(judge(shown('A', '02 09:00:00'), shown('A', '02 09:10:00')).open).toEqual([])
  const silent = { mdtrt_cert_no: '' }
  expect(judge(shown('A', '02 09:00:00', silent), shown('B', '02 09:10:00', silent)).open).toEqual([])
})

test('A void gives the credential back to one person', () => {
  const second = shown('B', '02 10:00:00')
  const { open, retracted } = judge(shown('A', '02 09:00:00'), second, voidOf(second, '2026-05-02 10:00:00'))
  expect([open.length, retracted.length]).toEqual([0, 1])
})

test('What lies between the runs of a month tells what was the most', () => {
  const open = judge(...spread([2, 5], [3, 3], [12, 2], [20, 5])).open
  expect(open).toMatchObject([{ count: 10, evidence: { settlements: 10, most: { day: 5, week: 8, month: 15 } } }])
})

test('Persons who follow each other are not said to have been together within a day', () => {
  const chain = [shown('A', '02 08:00:00'), shown('B', '03 04:00:00'), shown('C', '04 00:00:00')]
  const { evidence } = judge(...chain).open[0]!
  expect(evidence).toMatchObject({ persons: ['A', 'B', 'C'], most_persons: 2 })
  expect(detector.explain(evidence, 'zh')).toBe('同一就诊凭证由3人使用，24小时内最多2人，共3笔（2026-03-02起），基金21.00元。')
  expect(detector.explain(evidence, 'en')).toBe(
    'One credential was used by 3 persons (at most 2 of them within 24 hours) for 3 settlements from 2026-03-02 on; the fund paid 21.00 yuan.',
  )
  const together = [shown('A', '02 08:00:00'), shown('B', '02 20:00:00'), shown('C', '03 08:00:00')]
  const { evidence: near } = judge(...together).open[0]!
  expect(near).toMatchObject({ most_persons: 3 })
  expect(detector.explain(near, 'zh')).toMatch(/^同一就诊凭证24小时内由3人使用，共3笔/)
  // Where three are asked for, three must be there within one day and not within a day of the middle one.
  const three = { ...detector.params, credential_persons: [{ value: 3, source: 'local' as const }] }
  expect(run({ ...detector, params: three }, chain).open).toEqual([])
  expect(run({ ...detector, params: three }, together).open).toHaveLength(1)
})

test('Bills that the agency reimburses were not run up on its day', () => {
  expect(judge(...spread([2, 5]).map((bill) => ({ ...bill, pay_loc: '1' }))).open).toEqual([])
})

test('A credential that is shared again months later is another suspicion; over the end of a month it is one', () => {
  const on = (psn_no: string, time: string) => shown(psn_no, '02 09:00:00', { setl_id: `${psn_no}-${time}`, setl_time: time })
  const march = [on('A', '2026-03-02 09:00:00'), on('B', '2026-03-02 10:00:00')]
  const may = [on('A', '2026-05-20 09:00:00'), on('C', '2026-05-20 10:00:00')]
  const expected = judge(...march).open
  expect(expected).toMatchObject([{ count: 2 }])
  const { open } = judge(...march, ...may)
  expect(open).toHaveLength(2)
  expect(open.map(({ bucket, count }) => [bucket.slice(0, 7), count])).toEqual([
    ['2026-03', 2],
    ['2026-05', 2],
  ])
  expect(open[0]).toEqual(expected[0])
  const end = [on('A', '2026-03-31 20:00:00'), on('B', '2026-03-31 21:00:00'), on('C', '2026-04-01 10:00:00')]
  expect(judge(...end).open).toMatchObject([{ count: 3 }])
})

test('More institutions than are shown are counted all the same', () => {
  const events = Array.from({ length: 60 }, (_, i) => {
    const setl_time = `2026-03-02 ${String(8 + (i % 10)).padStart(2, '0')}:${String(10 + Math.floor(i / 10)).padStart(2, '0')}:00`
    return settlement({ setl_id: `X${i}`, setl_time, fixmedins_code: `H${i}` })
  })
  const { evidence } = judge(...events).open[0]!
  expect(evidence.institutions).toHaveLength(50)
  expect(detector.explain(evidence, 'zh')).toContain('在60家机构结算60笔')
})
