import { expect, test } from 'vitest'
import { heartbeat, reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './fnd-04.ts'

const CODES = ['H1', 'H2', 'H3', 'H4', 'H5']
const KNOWN = CODES.map((code) => reference('institution', code, { kind: 'hospital', level: '2', admdvs: '990101' }))
const judge = (events: readonly Wire[], history_from = '2026-02-01 00:00:00') =>
  run(detector, [...KNOWN, ...events], { history_from })
/** A hundred bills of a hundred yuan, of which persons bear so many. */
const bills = (code: string, part: number, month = '2026-03', n = 100) =>
  Array.from({ length: n }, (_, i) =>
    settlement({
      ...{ setl_id: `${code}-${month}-${i}`, fixmedins_code: code, setl_time: `${month}-10 10:00:00`, psn_part_amt: part },
      ...{ fulamt_ownpay_amt: part / 2, feedetail: [{ pric: 100 }] },
    }),
  )
const over = heartbeat('2026-04-10 00:00:00')
/** Median 30, median deviation 1. */
const peers = (month = '2026-03') => [29, 30, 30, 31].flatMap((part, i) => bills(CODES[i]!, part, month))

test('Persons bear more than five points above the peers’ median, and more than three deviations', () => {
  const at = (part: number) => judge([...peers(), ...bills('H5', part), over]).open
  expect(at(35)).toEqual([])
  const [found] = at(35.01)
  expect(found).toMatchObject({
    ...{ subject: { type: 'institution', id: 'H5' }, bucket: '2026-03', result: 'indicator', severity: 3, vola_amt: 0 },
    ...{ evidence: { ratio: 0.3501, above_peers: true, rose: false, before: null, self_paid: { outside_list: 0.1751 } } },
  })
  expect(found!.setl_ids.slice(0, 2)).toEqual(['H5-2026-03-0', 'H5-2026-03-1'])
  expect(found!.evidence.peers).toEqual({ institutions: 5, median: 0.3, mad: 0.01, limit: 0.35 })
  const scattered = [20, 25, 30, 35].flatMap((part, i) => bills(CODES[i]!, part))
  // Median 30, median deviation 5: the limit is 45.
  expect(judge([...scattered, ...bills('H5', 45), over]).open).toEqual([])
  expect(judge([...scattered, ...bills('H5', 45.01), over]).open).toHaveLength(1)
})

test('A rise of more than five points within a month stands out too, whatever the peers do', () => {
  const from = (before: number, now: number) => judge([...bills('H1', before, '2026-02'), ...bills('H1', now), over]).open
  expect(from(25, 30)).toEqual([])
  expect(from(25, 30.01)).toMatchObject([
    { evidence: { above_peers: false, rose: true, peers: null, before: { month: '2026-02', ratio: 0.25, rise: 0.0501 } } },
  ])
  expect(detector.explain(from(25, 34)[0]!.evidence, 'zh')).toBe('2026-03共100人次，个人负担比34%，比上月升9个百分点。')
  expect(detector.explain(from(25, 34)[0]!.evidence, 'en')).toContain(
    '34% of the fees of 100 settlements, 9 percentage points more than in 2026-02',
  )
})

test('Another mix of care is no shift, and what chance explains is none either', () => {
  const stays = (code: string, n: number, month = '2026-03') =>
    bills(code, 20, month, n).map((bill) => ({ ...bill, setl_id: `${bill.setl_id}-stay`, med_type: '21' }))
  // Visits bear forty, stays twenty percent: those of one hospital are nearly all visits.
  const mixed = CODES.slice(0, 4).flatMap((code) => [...bills(code, 40, '2026-03', 60), ...stays(code, 60)])
  expect(judge([...mixed, ...bills('H5', 40, '2026-03', 100), ...stays('H5', 10), over]).open).toEqual([])
  expect(judge([...mixed, ...bills('H5', 50, '2026-03', 100), ...stays('H5', 10), over]).open).toHaveLength(1)
  const before = [...bills('H1', 40, '2026-02', 60), ...stays('H1', 60, '2026-02')]
  expect(judge([...before, ...bills('H1', 40, '2026-03', 100), ...stays('H1', 10), over]).open).toEqual([])
  // Persons bear all of some bills and nothing of the others.
  const lottery = (all: number) => [...bills('H1', 100, '2026-03', all), ...bills('H1', 0, '2026-03', 100 - all)]
  const same = (all: number) => lottery(all).map((bill, i) => ({ ...bill, setl_id: `L${i}` }))
  expect(judge([...bills('H1', 30, '2026-02'), ...same(43), over]).open).toEqual([])
  expect(judge([...bills('H1', 30, '2026-02'), ...same(46), over]).open).toHaveLength(1)
})

test('At pharmacies people pay as they choose', () => {
  const bought = [...bills('H1', 30, '2026-02'), ...bills('H1', 90)].map((bill) => ({ ...bill, med_type: '41' }))
  expect(judge([...bought, over]).open).toEqual([])
})

test('Twenty settlements are a month; fewer say nothing, neither now nor before', () => {
  expect(judge([...peers(), ...bills('H5', 90, '2026-03', 20), over]).open).toHaveLength(1)
  expect(judge([...peers(), ...bills('H5', 90, '2026-03', 19), over]).open).toEqual([])
  const free = settlement({ setl_time: '2026-03-10 10:00:00', fixmedins_code: 'H5', psn_part_amt: 0, feedetail: [{ pric: 0 }] })
  expect(judge([...peers(), ...bills('H5', 90, '2026-03', 19), free, over]).open).toEqual([])
  expect(judge([...bills('H1', 10, '2026-02', 20), ...bills('H1', 90), over]).open).toHaveLength(1)
  expect(judge([...bills('H1', 10, '2026-02', 19), ...bills('H1', 90), over]).open).toEqual([])
})

test('Two institutions are no peers; a month before history is none', () => {
  const few = [30, 60].flatMap((part, i) => bills(CODES[i]!, part))
  expect(judge([...few, over])).toMatchObject({ open: [], skipped: ['SAMPLE_SMALL', 'SAMPLE_SMALL'] })
  expect(judge([...few, over], '2026-03-01 00:00:00').skipped).toContain('HISTORY_SHORT')
  const three = [30, 30, 60].flatMap((part, i) => bills(CODES[i]!, part))
  expect(judge([...three, over]).open).toMatchObject([{ subject: { id: 'H3' } }])
})

test('Bills without the personal part are left out', () => {
  const unknown = bills('H5', 0).map((bill) => ({ ...bill, psn_part_amt: undefined }))
  expect(judge([...peers(), ...unknown, ...bills('H5', 40, '2026-03', 19), over]).open).toEqual([])
})

test('Voids retract, also after the month has closed', () => {
  const dear = bills('H5', 90, '2026-03', 10)
  const events = [...peers(), ...bills('H5', 30, '2026-03', 95), ...dear, over]
  expect(judge(events).open).toHaveLength(1)
  const voids = dear.map((bill) => voidOf(bill, '2026-05-01 10:00:00'))
  expect(judge([...events, ...voids.slice(5)])).toMatchObject({ open: [], retracted: [{ bucket: '2026-03' }] })
})

test('A class of which every bill is voided says nothing of the others', () => {
  const emergency = { ...bills('H5', 30, '2026-03', 1)[0]!, setl_id: 'ER', med_type: '13' }
  const events = [...peers(), ...bills('H5', 40), emergency]
  for (const voided of [
    [voidOf(emergency, '2026-03-20 10:00:00'), over],
    [over, voidOf(emergency, '2026-05-01 10:00:00')],
  ])
    expect(judge([...events, ...voided]).open).toMatchObject([{ evidence: { ratio: 0.4 } }])
})
