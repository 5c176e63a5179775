import { expect, test } from 'vitest'
import { heartbeat, reference, settlement, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './ano-12.ts'

const CODES = ['H1', 'H2', 'H3', 'H4']
const KNOWN = CODES.map((code) => reference('institution', code, { kind: 'hospital', level: '2', admdvs: '990101' }))
const OVER = heartbeat('2026-04-10 00:00:00')
/** History begins within the month. */
const judge = (events: readonly Wire[]) => run(detector, [...KNOWN, ...events, OVER], { history_from: '2026-03-02 00:00:00' })

/** Amounts as business brings them forth: evenly spread logarithms, none a multiple of a hundred. */
const natural = (count: number) =>
  Array.from({ length: count }, (_, i) => Number((10 ** (1 + (3 * (i + 0.5)) / count)).toFixed(2)) + 0.01)
const month = (code: string, amounts: readonly number[], more: Wire = {}) =>
  amounts.map((pric, i) =>
    settlement({
      ...{
        setl_id: `${code}-${String(i).padStart(3, '0')}`,
        fixmedins_code: code,
        feedetail: [{ pric: Number(pric.toFixed(2)) }],
      },
      ...{ setl_time: `2026-03-${String(1 + (i % 28)).padStart(2, '0')} 10:00:00`, ...more },
    }),
  )
const peers = () => CODES.slice(1).flatMap((code) => month(code, natural(500)))
/** So many of natural amounts replaced by others. */
const mixed = (others: readonly number[], count = 500) => [...natural(count - others.length), ...others]

test('Amounts that begin with other digits than they should are an indicator', () => {
  const fives = mixed(Array.from({ length: 60 }, (_, i) => 50.5 + i / 100))
  const { open } = judge([...peers(), ...month('H1', fives)])
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'institution', id: 'H1' }, bucket: '2026-03', result: 'indicator', severity: 4, vola_amt: 0 },
      evidence: { settlements: 500, deviates: true, whole_share: 0, peer_share: null, peers: 4 },
    },
  ])
  expect(open[0]!.evidence.mad).toBeGreaterThan(0.015)
  expect(detector.explain(open[0]!.evidence, 'zh')).toMatch(/^2026-03结算500笔：首位数字偏离本福特分布0\.0/)
})

test('Where the peers deviate nearly as much, nobody does; who has no peer is judged alone', () => {
  const fives = (count: number) => mixed(Array.from({ length: count }, (_, i) => 50.5 + i / 100))
  const some = CODES.slice(1).flatMap((code) => month(code, fives(100)))
  expect(judge([...some, ...month('H1', fives(140))]).open).toEqual([])
  expect(judge([...some, ...month('H1', fives(200))]).open).toMatchObject([{ subject: { id: 'H1' } }])
  expect(judge([...month('H2', fives(100)), ...month('H1', fives(140))]).open).toEqual([])
  expect(judge(month('H1', fives(140))).open).toHaveLength(1)
})

test('Natural amounts conform, and fewer than five hundred say nothing', () => {
  expect(judge([...peers(), ...month('H1', natural(500))]).open).toEqual([])
  const fives = (count: number) => Array.from({ length: count }, (_, i) => 50.5 + i / 1000)
  expect(judge([...peers(), ...month('H1', fives(499))]).open).toEqual([])
  expect(judge([...peers(), ...month('H1', fives(500))]).open).toHaveLength(1)
})

test('Many more whole hundreds than the peers are an indicator too', () => {
  const hundreds = (count: number) =>
    mixed(Array.from({ length: count }, (_, i) => 100 * [1, 1, 1, 2, 2, 3, 4, 5, 6, 7][i % 10]!))
  const { open } = judge([...peers(), ...month('H1', hundreds(25))])
  expect(open).toMatchObject([{ evidence: { deviates: false, whole_share: 5, peer_share: 0 } }])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('2026-03结算500笔：整百元占5%，同类0%。')
  expect(judge([...peers(), ...month('H1', hundreds(24))]).open).toEqual([])
  const alike = CODES.slice(1).flatMap((code) => month(code, hundreds(10)))
  expect(judge([...alike, ...month('H1', hundreds(30))]).open).toEqual([])
  expect(judge([...alike, ...month('H1', hundreds(31))]).open).toHaveLength(1)
  expect(judge([...peers().slice(1000), ...month('H1', hundreds(40))]).open).toEqual([])
})

test('Pharmacies and what has a fixed price follow no law of numbers', () => {
  const fives = Array.from({ length: 500 }, (_, i) => 50.5 + i / 1000)
  expect(judge([...peers(), ...month('H1', fives, { med_type: '41' })]).open).toEqual([])
  const fixed = reference('item', 'F1', { tags: ['fixed_price'] })
  const fees = month('H1', fives).map((event) => ({
    ...event,
    feedetail: (event.feedetail as Wire[]).map((line) => ({ ...line, med_list_codg: 'F1' })),
  }))
  expect(judge([fixed, ...peers(), ...fees]).open).toEqual([])
})

test('Voids retract', () => {
  const fives = month(
    'H1',
    Array.from({ length: 500 }, (_, i) => 50.5 + i / 1000),
  )
  const events = [...KNOWN, ...peers(), ...fives, OVER, voidOf(fives[7]!, '2026-05-02 10:00:00')]
  const { open, retracted } = run(detector, events, { history_from: '2026-03-01 00:00:00' })
  expect([open.length, retracted.length]).toEqual([0, 1])
})
