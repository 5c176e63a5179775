import { expect, test } from 'vitest'
import { heartbeat, reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './fnd-02.ts'

const known = (code: string, admdvs: string) => reference('institution', code, { kind: 'hospital', level: '2', admdvs })
const KNOWN = [known('H1', '990101'), known('H2', '990102'), known('FAR', '990201')]
/** In the order of their time, with nothing between the two months. */
const judge = (events: readonly Wire[], history_from = '2025-01-01 00:00:00') => {
  const timeOf = ({ setl_time, time }: Wire) => (setl_time ?? time) as string
  const inOrder = events.toSorted((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1))
  return run(detector, [...KNOWN, ...inOrder], { history_from })
}
/** A hundred visits at so many yuan. */
const visits = (code: string, month: string, pric: number, n = 100, more: Wire = {}) =>
  Array.from({ length: n }, (_, i) =>
    settlement({
      ...{ setl_id: `${code}-${month}-${String(i).padStart(3, '0')}`, fixmedins_code: code, setl_time: `${month}-10 10:00:00` },
      ...{ feedetail: [{ pric }], ...more },
    }),
  )
const over = heartbeat('2026-02-10 00:00:00')
const year = (code: string, then: number, now: number, n = 100, before = 100) => [
  ...visits(code, '2025-01', then, before),
  ...visits(code, '2026-01', now, n),
]

test('A fifth more in a year, and fifteen points more than the region, stands out', () => {
  // With as many visits that cost the same the region grows half as much.
  const at = (now: number) => judge([...year('H2', 100, 100), ...year('H1', 100, now), over]).open
  expect(at(129)).toEqual([])
  expect(at(131)).toMatchObject([
    {
      ...{ subject: { type: 'institution', id: 'H1' }, bucket: '2026-01', result: 'indicator', severity: 3, vola_amt: 0 },
      ...{ admdvs: '990101', evidence: { before: '2025-01' } },
    },
  ])
  expect(at(131)[0]!.evidence.grown).toEqual([
    {
      ...{ med_class: 'OP', settlements: 100, settlements_before: 100, mean: 131, mean_before: 100 },
      ...{ growth: 0.31, region_growth: 0.155, limit: 0.305 },
    },
  ])
  expect(detector.explain(at(131)[0]!.evidence, 'zh')).toContain('2026-01门诊次均费用131元，上年同月100元')
  expect(detector.explain(at(131)[0]!.evidence, 'en')).toContain('In 2026-01 a visit (outpatient) cost 131 yuan')
  expect(at(131)[0]!.evidence.decomposition).toEqual({ total: 0.31, volume: 0, price: 0.31, mix: 0 })
  expect(at(131)[0]!.setl_ids.slice(0, 2)).toEqual(['H1-2026-01-000', 'H1-2026-01-001'])
  expect(at(131)[0]!.setl_ids).toHaveLength(50)
  expect(at(131)[0]!.setl_count).toBe(100)
})

test('Where the region stands still a fifth is the limit, and where all grow nobody stands out', () => {
  const large = year('H2', 100, 100, 900, 900)
  const at = (now: number) => judge([...large, ...year('H1', 100, now), over]).open.length
  expect([at(120), at(121)]).toEqual([0, 1])
  expect(judge([...year('H2', 100, 140), ...year('H1', 100, 140), over]).open).toEqual([])
  const { open } = judge([...year('H2', 100, 80, 900, 900), ...year('H1', 100, 150), over])
  expect(detector.explain(open[0]!.evidence, 'zh')).toContain('增长50%，同期地区下降13%。')
  expect(detector.explain(open[0]!.evidence, 'en')).toContain('50% more, in the region 13% less.')
})

test('Another prefecture is another region', () => {
  expect(judge([...year('FAR', 100, 100, 900, 900), ...year('H1', 100, 150), over]).open).toEqual([])
})

test('A hundred visits in both months are needed', () => {
  const large = year('H2', 100, 100, 900, 900)
  const at = (n: number, before: number) => judge([...large, ...year('H1', 100, 150, n, before), over]).open.length
  expect([at(100, 100), at(99, 100), at(100, 99)]).toEqual([1, 0, 0])
})

test('Classes are compared by themselves: another mix is no growth', () => {
  const large = year('H2', 100, 100, 900, 900)
  const stays = (month: string, n: number) =>
    visits('H1', month, 1000, n, { med_type: '21' }).map((stay) => ({ ...stay, setl_id: `${stay.setl_id}-stay` }))
  const events = [...large, ...stays('2025-01', 100), ...year('H1', 100, 100), ...stays('2026-01', 400)]
  expect(judge([...events, over]).open).toEqual([])
  const dear = [...large, ...stays('2025-01', 100), ...year('H1', 100, 150), ...stays('2026-01', 400), over]
  const [found] = judge(dear).open
  expect(found!.evidence.grown.map(({ med_class }: { med_class: string }) => med_class)).toEqual(['OP'])
  // 110,000 yuan became 415,000: 2.5 times the visits, 1.0122 times the cost of each class.
  expect(found!.evidence.decomposition).toEqual({ total: 2.7727, volume: 1.5, price: 0.0122, mix: 0.4909 })
  expect(found!.setl_ids.some((id) => id.endsWith('stay'))).toBe(false)
})

const inEmergency = (visit: Wire) => ({ ...visit, setl_id: `${visit.setl_id}-er`, med_type: '13' })

test('Of two classes that grew the same the first by name is told first, whichever came first', () => {
  const large = [...year('H2', 100, 100, 900, 900)].flatMap((visit) => [visit, inEmergency(visit)])
  const both = year('H1', 100, 150).flatMap((visit) => [visit, inEmergency(visit)])
  for (const own of [both, both.toReversed()])
    expect(judge([...large, ...own, over]).open[0]!.evidence.grown).toMatchObject([{ med_class: 'ER' }, { med_class: 'OP' }])
})

test('What cost nothing a year ago has not grown', () => {
  expect(judge([...year('H2', 100, 100, 900, 900), ...year('H1', 0, 150), over]).open).toEqual([])
})

test('Bills of stays that go on make no encounter, here or in the region', () => {
  const stays = (visits: readonly Wire[], more: Wire = {}) => visits.map((visit) => ({ ...visit, med_type: '21', ...more }))
  const goingOn = stays(visits('H2', '2025-01', 900), { mid_setl_flag: '1' })
  expect(judge([...goingOn, ...stays(year('H1', 100, 150)), over]).open).toEqual([])
})

test('A year must be known', () => {
  const events = [...year('H2', 100, 100, 900, 900), ...year('H1', 100, 150), over]
  expect(judge(events, '2025-02-01 00:00:00')).toMatchObject({ open: [], skipped: expect.arrayContaining(['HISTORY_SHORT']) })
  const started = [...year('H2', 100, 100, 900, 900), ...visits('H1', '2026-01', 150), over]
  // Who began a year after the first known day had no year before it; of the first known month nobody knows.
  expect(judge(started)).toMatchObject({ open: [], skipped: ['HISTORY_SHORT'] })
  expect(judge([...visits('H1', '2025-01', 150), heartbeat('2025-02-10 00:00:00')]).skipped).toEqual(['HISTORY_SHORT'])
})

test('Voids retract', () => {
  const now = visits('H1', '2026-01', 150)
  const events = [...year('H2', 100, 100, 900, 900), ...year('H1', 100, 100, 0), ...now, over]
  expect(judge(events).open).toHaveLength(1)
  expect(judge([...events, voidOf(now[0]!, '2026-03-01 10:00:00')])).toMatchObject({
    open: [],
    retracted: [{ bucket: '2026-01' }],
  })
})
