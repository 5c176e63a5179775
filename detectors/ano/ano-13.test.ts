import { expect, test } from 'vitest'
import { heartbeat, reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './ano-13.ts'

const date = (day: number) => new Date(Date.UTC(2026, 2, 2) + day * 86_400_000).toISOString().slice(0, 10)
const two = (value: number) => String(value).padStart(2, '0')
/** So many settlements of 10.00 (fund share 7.00) on the so-manyth day after a Monday. */
const sales = (day: number, count: number, code = 'P99010100001', pric = 10) =>
  Array.from({ length: count }, (_, i) =>
    settlement({
      ...{ setl_id: `${code.slice(-2)}-${two(day)}-${two(i)}`, fixmedins_code: code, feedetail: [{ pric }] },
      setl_time: `${date(day)} ${two(8 + Math.floor(i / 12))}:${two((i % 12) * 5)}:00`,
    }),
  )
const usual = (days: number, count: number, code?: string) =>
  Array.from({ length: days }, (_, day) => sales(day, count, code)).flat()
const judge = (events: readonly Wire[], until = 60) => run(detector, [...events, heartbeat(`${date(until)} 00:00:00`)])

test('A day far above its weekday is an indicator, for settlements and for the fund', () => {
  const open = judge([...usual(21, 16), ...sales(21, 70)]).open.filter(({ evidence }) => !evidence.within)
  expect(open).toMatchObject([
    { bucket: '2026-03-23|fund', evidence: { metric: 'fund', value: 490, expected: 112 } },
    {
      ...{ subject: { type: 'institution', id: 'P99010100001' }, bucket: '2026-03-23|settlements', severity: 3 },
      ...{ result: 'indicator', vola_amt: 0, count: 70, psn_no: '', admdvs: '990101' },
      evidence: { value: 70, expected: 16, z: 11.69, region_z: 0, cusum: 11.19, threshold: 5, since: '2026-03-23' },
    },
  ])
  expect(open[1]!.setl_ids).toHaveLength(70)
  expect(detector.explain(open[1]!.evidence, 'zh')).toBe(
    '2026-03-23结算70笔，同星期通常16笔，偏离11.69σ，累积和11.19超过5（2026-03-23起）。',
  )
  expect(detector.explain(open[0]!.evidence, 'zh')).toMatch(/^2026-03-23基金支出490.00元，同星期通常112.00元/)
})

const settlements = (events: readonly Wire[]) => judge(events).open.filter(({ evidence }) => evidence.metric === 'settlements')

test('Many more people than usual in as many settlements are told by their number', () => {
  const by = (people: number) => (event: Wire, i: number) => ({ ...event, psn_no: `Q${i % people}` })
  const weeks = Array.from({ length: 21 }, (_, day) => sales(day, 16).map(by(4))).flat()
  const on = (people: number) => judge([...weeks, ...sales(21, 20).map(by(people))]).open
  const open = on(20)
  expect(open).toMatchObject([
    { bucket: '2026-03-23|persons', evidence: { metric: 'persons', value: 20, expected: 4, cusum: 6.43 } },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toMatch(/^2026-03-23就诊购药20人，同星期通常4人/)
  expect(detector.explain(open[0]!.evidence, 'en')).toMatch(/^20 persons on 2026-03-23, usually 4/)
  expect(on(16)).toEqual([])
  // Where more settlements bring more people, the people are not told beside them.
  const each = (event: Wire, i: number) => ({ ...event, psn_no: `Q${i}` })
  const risen = judge([...Array.from({ length: 21 }, (_, day) => sales(day, 16).map(each)).flat(), ...sales(21, 70).map(each)])
  const metrics = risen.open.filter(({ evidence }) => !evidence.within).map(({ evidence }) => evidence.metric)
  expect(metrics).toEqual(['fund', 'settlements'])
})

test('People whose settlements are all taken back have not come', () => {
  const by = (event: Wire, i: number) => ({ ...event, psn_no: `Q${i % 4}` })
  const weeks = Array.from({ length: 21 }, (_, day) => sales(day, 16).map(by)).flat()
  const crowd = sales(21, 17).map((event, i) => ({ ...event, psn_no: `Q${i}` }))
  const back = crowd.slice(0, 1).map((event) => voidOf(event, `${date(22)} 10:00:00`))
  expect(judge([...weeks, ...crowd]).open).toHaveLength(1)
  expect(judge([...weeks, ...crowd, ...back]).open).toEqual([])
})

test('What lies half a deviation above is never summed, more is until it is too much', () => {
  // 16 ± 4, known from three weeks to 2.3: together 4.6, and the slack is 2.3 more.
  const weeks = usual(21, 16)
  const rise = (...counts: number[]) => settlements([...weeks, ...counts.flatMap((count, i) => sales(21 + i, count))])
  expect(rise(28, 28)).toEqual([])
  expect(rise(28, 28, 24)).toMatchObject([{ bucket: '2026-03-25|settlements', evidence: { cusum: 5.43, since: '2026-03-23' } }])
  // Less than half as many again is no rise to look at, however far the sum has come.
  expect(rise(28, 28, 23)).toEqual([])
  expect(rise(18, 18, 18, 18, 18, 18, 18, 18, 18, 18, 18, 18)).toEqual([])
  expect(rise(41)).toEqual([])
  expect(rise(42)).toHaveLength(1)
})

test('After an alarm the sum starts afresh', () => {
  expect(settlements([...usual(21, 16), ...sales(21, 60), ...sales(22, 16)])).toHaveLength(1)
})

test('Two weeks must be known', () => {
  expect(settlements([...usual(14, 16), ...sales(14, 60)])).toHaveLength(1)
  expect(settlements([...usual(13, 16), ...sales(13, 60)])).toEqual([])
})

test('Of the days before, those of eight weeks count that are built', () => {
  // None of them is a Monday, so that all of them tell what is usual.
  const usually = [...sales(50, 16), ...sales(51, 16)]
  const busy = (day: number) => [
    ...(day < 50 ? [...sales(day, 100), ...usually] : [...usually, ...sales(day, 100)]),
    ...sales(70, 160),
  ]
  const expected = (day: number) =>
    judge(busy(day), 90).open.find(({ bucket }) => bucket === `${date(70)}|settlements`)!.evidence.expected
  expect([expected(11), expected(10)]).toEqual([44, 16])
  expect([expected(66), expected(67)]).toEqual([44, 16])
})

test('A day is judged three days after it, when the county has answered', () => {
  const at = (time: string) => run(detector, [...usual(21, 16), ...sales(21, 60), heartbeat(time)]).open
  const days = (time: string) => at(time).filter(({ evidence }) => !evidence.within)
  // Time stays ten minutes behind.
  expect(days('2026-03-27 00:19:59')).toEqual([])
  expect(days('2026-03-27 00:20:00')).toHaveLength(2)
})

test('A small rise of many, and a large one of few, are nothing to look at', () => {
  expect(settlements([...usual(21, 1), ...sales(21, 9)])).toEqual([])
  expect(settlements([...usual(21, 1), ...sales(21, 10)])).toHaveLength(1)
})

test('Holidays and the day after are no days like others', () => {
  const holiday = (day: number) => reference('calendar', date(day), { workday: false })
  expect(settlements([holiday(21), ...usual(21, 16), ...sales(21, 60)])).toEqual([])
  expect(settlements([holiday(20), ...usual(21, 16), ...sales(21, 60)])).toHaveLength(1)
  expect(settlements([reference('calendar', date(20), { workday: true }), ...usual(21, 16), ...sales(21, 60)])).toEqual([])
})

test('What the county sees is an epidemic', () => {
  const codes = [1, 2, 3, 4, 5].map((n) => `P9901010000${n}`)
  const all = (from: number, count: number, days: number, of = codes) =>
    Array.from({ length: days }, (_, i) => of.flatMap((code) => sales(from + i, count, code))).flat()
  expect(settlements([...all(0, 16, 21), ...all(21, 60, 1)])).toEqual([])
  expect(settlements([...all(0, 16, 21, codes.slice(1)), ...all(21, 60, 1, codes.slice(1))])).toHaveLength(4)
  expect(settlements([...all(0, 16, 21), ...all(21, 60, 1, codes.slice(0, 2)), ...all(21, 16, 1, codes.slice(2))])).toHaveLength(
    2,
  )
})

test('What hospitals of the pooling area see, though pharmacies do not, is no rise of one of them', () => {
  const hospitals = [1, 2, 3, 4, 5].map((n) => `H99010${n}00001`)
  const shops = [1, 2, 3, 4, 5, 6].map((n) => `P9901010000${n}`)
  const rows = (codes: readonly string[]) => codes.map((code) => reference('institution', code, { kind: 'hospital' }))
  const on = (from: number, count: number, days: number, of: readonly string[]) =>
    Array.from({ length: days }, (_, i) => of.flatMap((code) => sales(from + i, count, code))).flat()
  const busy = [...on(0, 16, 21, [...hospitals, ...shops]), ...on(21, 60, 1, hospitals), ...on(21, 16, 1, shops)]
  expect(settlements([...rows(hospitals), ...busy])).toEqual([])
  expect(settlements([...rows(hospitals.slice(1)), ...busy])).toHaveLength(5)
  expect(settlements(busy)).toHaveLength(5)
})

test('A void takes it back', () => {
  const spike = sales(21, 42)
  const events = [...usual(21, 16), ...spike, heartbeat(`${date(30)} 00:00:00`)]
  const { open, retracted } = judge([...events, voidOf(spike[3]!, `${date(31)} 10:00:00`)])
  expect(retracted.map(({ bucket }) => bucket)).toContain('2026-03-23|settlements')
  expect(open.flatMap(({ setl_ids }) => setl_ids)).not.toContain(spike[3]!.setl_id)
})

test('Few dear stays scatter widely: one more of them is no rise of the fund, twice as many settlements are', () => {
  const dear = (day: number, count: number) => Array.from({ length: count }, (_, i) => sales(day, 1, undefined, 5000 + i)).flat()
  const mixed = (day: number, cheap: number, stays: number) => [
    ...sales(day, cheap),
    ...dear(day, stays).map((event, i) => ({ ...event, setl_id: `D${day}-${i}` })),
  ]
  const weeks = Array.from({ length: 21 }, (_, day) => mixed(day, 12, day % 7 === 0 ? 1 : 0)).flat()
  expect(judge([...weeks, ...mixed(22, 14, 2)]).open).toEqual([])
})

test('One dear stay where there never was any is no rise of the fund, many more settlements are', () => {
  const stay = sales(21, 1, undefined, 20_000).map((event) => ({ ...event, setl_id: 'D' }))
  const funds = (events: readonly Wire[]) => judge(events).open.filter(({ evidence }) => evidence.metric === 'fund')
  expect(funds([...usual(21, 16), ...sales(21, 16), ...stay])).toEqual([])
  expect(funds([...usual(21, 16), ...sales(21, 70)])).toHaveLength(1)
  // Ten that cost the same share a day.
  expect(funds([...usual(21, 1), ...sales(21, 10)])).toHaveLength(1)
})

test('Where all settlements of a day cost the fund four times the usual, the fund has risen', () => {
  const { open } = judge([...usual(21, 16), ...sales(21, 16, undefined, 40)])
  expect(open).toMatchObject([{ bucket: '2026-03-23|fund', evidence: { metric: 'fund', value: 448, expected: 112 } }])
})

/** So many at once from noon on, one a minute. */
const rush = (day: number, count: number) =>
  sales(day, count).map((event, i) => ({
    ...event,
    setl_id: `R${two(day)}-${two(i)}`,
    setl_time: `${date(day)} 12:${two(i)}:00`,
  }))
const surges = (events: readonly Wire[], until = 21) =>
  run(detector, [...events, heartbeat(`${date(until)} 23:30:00`)]).open.filter(({ bucket }) => bucket.endsWith('quarters'))

test('What rises within hours is told on the day itself, with the settlements of these hours', () => {
  // Sixteen a day from eight on; none of them at noon.
  const open = surges([...usual(21, 16), ...sales(21, 8), ...rush(21, 24)])
  expect(open).toMatchObject([
    {
      ...{ bucket: '2026-03-23|quarters', severity: 3, result: 'indicator', vola_amt: 0, count: 24 },
      evidence: {
        ...{ metric: 'quarters', value: 24, expected: 0, threshold: 4 },
        within: { from: '2026-03-23T12:00:00+08:00', to: '2026-03-23T12:30:00+08:00' },
      },
    },
  ])
  expect(open[0]!.setl_ids).toHaveLength(24)
  expect(detector.explain(open[0]!.evidence, 'zh')).toMatch(/^2026-03-23 12:00至12:30结算24笔，该时段通常0笔/)
})

test('Few within hours, and as many as these hours usually bring, are no surge', () => {
  expect(surges([...usual(21, 16), ...rush(21, 19)])).toEqual([])
  const every = Array.from({ length: 22 }, (_, day) => rush(day, 24)).flat()
  expect(surges(every)).toEqual([])
})

test('Nothing is told of the hours of special days, or before two weeks are known', () => {
  expect(surges([reference('calendar', date(21), { workday: false }), ...usual(21, 16), ...rush(21, 24)])).toEqual([])
  expect(surges([...usual(13, 16), ...rush(13, 24)], 13)).toEqual([])
  expect(surges([...usual(14, 16), ...rush(14, 24)], 14)).toHaveLength(1)
})

test('What rose within hours everywhere in the county is an epidemic, once the day is compared', () => {
  const codes = [1, 2, 3, 4, 5].map((n) => `P9901010000${n}`)
  const weeks = Array.from({ length: 21 }, (_, day) => codes.flatMap((code) => sales(day, 16, code))).flat()
  const on = (count: number, of: readonly string[]) => of.flatMap((code) => sales(21, count, code))
  const epidemic = [...weeks, ...on(60, codes)]
  expect(surges(epidemic)).toHaveLength(5)
  expect(surges(epidemic, 60)).toEqual([])
  for (const others of [16, 18])
    expect(surges([...weeks, ...on(60, codes.slice(0, 1)), ...on(others, codes.slice(1))], 60)).toHaveLength(1)
  // Beyond what the county sees there still may be more.
  expect(surges([...weeks, ...on(20, codes.slice(1)), ...on(90, codes.slice(0, 1))], 60)).toHaveLength(1)
})

test('An epidemic fills the usual hours: somewhat more than the others is no surge', () => {
  const codes = [1, 2, 3, 4, 5].map((n) => `P9901010000${n}`)
  const even = (day: number, count: number, code: string) =>
    sales(day, count, code).map((event, i) => {
      const minute = Math.floor((i * 600) / count)
      return { ...event, setl_time: `${date(day)} ${two(8 + Math.floor(minute / 60))}:${two(minute % 60)}:00` }
    })
  const weeks = Array.from({ length: 21 }, (_, day) => codes.flatMap((code) => even(day, 40, code))).flat()
  const epidemic = codes.flatMap((code, i) => even(21, i === 0 ? 142 : 120, code))
  expect(surges([...weeks, ...epidemic], 60)).toEqual([])
})

test('A void takes a surge back', () => {
  const events = [...usual(21, 16), ...rush(21, 20)]
  const { open, retracted } = run(detector, [...events, voidOf(events.at(-1)!, `${date(21)} 15:00:00`)])
  expect([open, retracted.map(({ bucket }) => bucket)]).toEqual([[], ['2026-03-23|quarters']])
})

test('What the agency reimburses is no business of the day, nor is what it takes back', () => {
  const bills = sales(21, 70).map((bill) => ({ ...bill, setl_id: `A${bill.setl_id}`, pay_loc: '1' }))
  expect(judge([...usual(21, 16), ...sales(21, 16), ...bills]).open).toEqual([])
  const rise = judge([...usual(21, 16), ...sales(21, 70), ...bills, voidOf(bills[0]!, `${date(22)} 10:00:00`)])
  expect(rise.open.find(({ bucket }) => bucket.endsWith('settlements'))).toMatchObject({ evidence: { value: 70 } })
})
