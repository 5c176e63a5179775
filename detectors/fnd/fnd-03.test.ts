import { expect, test } from 'vitest'
import { discharge, heartbeat, inpatient, reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './fnd-03.ts'

const CODES = ['H1', 'H2', 'H3', 'H4', 'H5']
const KNOWN = CODES.map((code) => reference('institution', code, { kind: 'hospital', level: '2', admdvs: '990101' }))
const judge = (events: readonly Wire[]) => run(detector, [...KNOWN, ...events], { history_from: '2026-03-05 00:00:00' })
/** So many stays of so many persons; the first of them come again. */
const stays = (code: string, discharges: number, persons: number, more: Wire = {}) =>
  Array.from({ length: discharges }, (_, i) =>
    inpatient({
      ...{ setl_id: `${code}-${String(i).padStart(3, '0')}`, psn_no: `${code}-P${i % persons}`, fixmedins_code: code },
      ...{ setl_time: `2026-03-${String(1 + (i % 30)).padStart(2, '0')} 10:00:00`, ...more },
    }),
  )
const over = heartbeat('2026-04-10 00:00:00')
const peers = () => CODES.slice(0, 4).flatMap((code) => stays(code, 30, 30))

test('More than a tenth above the peers’ median, and more than three deviations', () => {
  const at = (persons: number) => judge([...peers(), ...stays('H5', 110, persons), over]).open
  expect(at(100)).toEqual([])
  const [found] = at(99)
  expect(found).toMatchObject({
    ...{ subject: { type: 'institution', id: 'H5' }, bucket: '2026-03', result: 'indicator', severity: 3, vola_amt: 0 },
    evidence: { discharges: 110, persons: 99, ratio: 1.111, peers: { institutions: 5, median: 1, mad: 0, limit: 1.1 } },
  })
  expect(found!.setl_ids).toHaveLength(22)
  expect(found!.setl_ids.filter((id) => ['H5-000', 'H5-099'].includes(id))).toHaveLength(2)
  expect(found!.evidence.repeaters[0]).toEqual({ psn_no: 'H5-P0', discharges: 2 })
  expect(detector.explain(found!.evidence, 'zh')).toContain('出院110人次、99人，人次人头比1.111，高于同类上限1.1')
})

test('Where peers scatter three deviations decide', () => {
  // Ratios of 1, 1.2, 1.4 and 1.6; with 2.0 the median is 1.4, the deviation 0.2: the limit is 2.
  const scattered = [36, 30, 30, 30].flatMap((persons, i) => stays(CODES[i]!, [36, 36, 42, 48][i]!, persons))
  expect(judge([...scattered, ...stays('H5', 60, 30), over]).open).toEqual([])
  expect(judge([...scattered, ...stays('H5', 61, 30), over]).open).toHaveLength(1)
})

test('Fewer than twenty discharges say nothing, and fewer than three institutions are no group', () => {
  expect(judge([...peers(), ...stays('H5', 19, 10), over]).open).toEqual([])
  expect(judge([...peers(), ...stays('H5', 20, 10), over]).open).toHaveLength(1)
  const two = [...stays('H1', 30, 30), ...stays('H2', 30, 10)]
  expect(judge([...two, over])).toMatchObject({ open: [], skipped: ['SAMPLE_SMALL', 'SAMPLE_SMALL'] })
  expect(judge([...two, ...stays('H3', 30, 30), over])).toMatchObject({ open: [{ subject: { id: 'H2' } }], skipped: [] })
})

test('Settlements in the middle of a stay and outpatient visits are no discharges', () => {
  const once = stays('H5', 30, 30)
  const mid = stays('H5', 30, 5, { mid_setl_flag: '1' }).map((stay) => ({ ...stay, setl_id: `${stay.setl_id}-mid` }))
  const visits = Array.from({ length: 30 }, () => settlement({ fixmedins_code: 'H5', psn_no: 'H5-P1' }))
  expect(judge([...peers(), ...once, ...mid, ...visits, over]).open).toEqual([])
})

test('Voids retract', () => {
  const many = stays('H5', 40, 30)
  const voids = many.slice(30).map((stay) => voidOf(stay, '2026-05-01 10:00:00'))
  expect(judge([...peers(), ...many, over]).open).toHaveLength(1)
  expect(judge([...peers(), ...many, over, ...voids])).toMatchObject({ open: [], retracted: [{ bucket: '2026-03' }] })
  // Whose only stay is voided is no head.
  const once = many.slice(10, 20).map((stay) => voidOf(stay, '2026-05-01 10:00:00'))
  expect(judge([...peers(), ...many, over, ...once]).open).toMatchObject([{ evidence: { discharges: 30, persons: 20 } }])
})

test('A stay counts once, in the month in which its discharge says it ended, else its final bill', () => {
  const many = stays('H5', 40, 30).map((stay, i): Wire => ({ ...stay, mdtrt_id: `M${i}` }))
  const ends = (endtime: string) =>
    many.slice(30).map(({ mdtrt_id, psn_no }) => discharge({ mdtrt_id, psn_no, fixmedins_code: 'H5', endtime }))
  expect(judge([...peers(), ...many, over]).open).toHaveLength(1)
  expect(judge([...peers(), ...many, ...ends('2026-02-28 10:00:00'), over]).open).toEqual([])
  const late = many.map((stay) => ({ ...stay, setl_time: '2026-04-01 10:00:00', endtime: null }))
  expect(judge([...peers(), ...late, over]).open).toEqual([])
  const inTime = many.map((stay, i) => (i < 30 ? stay : { ...stay, setl_time: '2026-04-01 10:00:00' }))
  const { open } = judge([...peers(), ...inTime, ...ends('2026-03-31 10:00:00'), over])
  expect(open).toMatchObject([{ bucket: '2026-03', evidence: { discharges: 40, persons: 30 } }])
  const again = many.slice(0, 30).map((stay) => ({ ...stay, setl_id: `${stay.setl_id}-again` }))
  expect(judge([...peers(), ...many.slice(0, 30), ...again, over]).open).toEqual([])
})

test('An interim bill and a discharge are one stay, of which both bills are named; unsettled stays are none', () => {
  const once = stays('H5', 30, 30)
  const mid = stays('H5', 10, 10).map((stay, i): Wire => {
    return { ...stay, setl_id: `${stay.setl_id}-mid`, mdtrt_id: `M${i}`, mid_setl_flag: '1' }
  })
  const ends = mid.map(({ mdtrt_id, psn_no }) =>
    discharge({ mdtrt_id, psn_no, fixmedins_code: 'H5', endtime: '2026-03-31 10:00:00' }),
  )
  expect(judge([...peers(), ...once, ...ends, over]).open).toEqual([])
  const { open } = judge([...peers(), ...once, ...mid, ...ends, over])
  expect(open).toMatchObject([{ evidence: { discharges: 40, persons: 30 } }])
  expect(open[0]!.setl_ids).toHaveLength(20)
  const voids = mid.map((stay) => voidOf(stay, '2026-05-01 10:00:00'))
  expect(judge([...peers(), ...once, ...mid, ...ends, over, ...voids])).toMatchObject({ open: [], retracted: [{}] })
})
