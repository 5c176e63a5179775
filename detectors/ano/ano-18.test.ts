import { expect, test } from 'vitest'
import { parseInstant } from '../../schemas/time.ts'
import { admission, discharge, heartbeat, inpatient, reference, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './ano-18.ts'

const hospital = (beds: number | null) => reference('institution', 'H99010100001', { kind: 'hospital', admdvs: '990101', beds })
const HOSPITAL = hospital(5)
const OVER = heartbeat('2026-03-20 00:00:00')
const day = (n: number) => `2026-03-${String(n).padStart(2, '0')}`

/** Somebody comes at ten on one day and goes at nine on another. */
const stay = (i: number, from: number, to: number, more: Wire = {}): Wire[] => {
  const visit = { mdtrt_id: `M${i}`, psn_no: `P${i}` }
  const [begntime, endtime] = [`${day(from)} 10:00:00`, `${day(to)} 09:00:00`]
  return [
    admission({ ...visit, begntime }),
    discharge({ ...visit, endtime }),
    inpatient({ ...visit, setl_id: `S${i}`, begntime, endtime, setl_time: `${day(to)} 10:00:00`, ...more }),
  ]
}
const stays = (count: number, from = 2, to = 4) => Array.from({ length: count }, (_, i) => stay(i, from, to)).flat()
const judge = (...events: Wire[]) => run(detector, [HOSPITAL, ...events, OVER])

test('Seven inpatients in five beds on two midnights are a suspicion against the hospital, by the second day', () => {
  const { open } = judge(...stays(7))
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'institution', id: 'H99010100001' }, bucket: '2026-03-03', severity: 2, result: 'suspicion' },
      ...{ vola_amt: 1400, count: 2, psn_no: '', admdvs: '990101' },
      evidence: {
        beds: 5,
        limit: 6,
        peak: 7,
        day_count: 2,
        days: [
          { day: day(2), inpatients: 7 },
          { day: day(3), inpatients: 7 },
        ],
      },
    },
  ])
  expect(open[0]!.setl_ids).toEqual(['S0', 'S1', 'S2', 'S3', 'S4', 'S5', 'S6'])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe(
    '2026-03-02起连续2天在院人数超过床位5张的上限6人，最多7人，涉及基金14.00元。',
  )
})

test('A fifth more than the beds is possible, and so is one midnight', () => {
  expect(judge(...stays(6)).open).toEqual([])
  expect(judge(...stays(7, 2, 3)).open).toEqual([])
  expect(judge(...stays(6, 2, 5), ...stay(7, 2, 3), ...stay(8, 4, 5)).open).toEqual([])
  expect(judge(...stays(6, 2, 5), ...stay(7, 2, 3), ...stay(8, 3, 4)).open).toHaveLength(1)
})

test('A day is judged when nothing of it can arrive any more', () => {
  expect(run(detector, [HOSPITAL, ...stays(7), heartbeat('2026-03-07 00:09:59')]).open).toEqual([])
  expect(run(detector, [HOSPITAL, ...stays(7), heartbeat('2026-03-07 00:10:00')]).open).toHaveLength(1)
})

test('Who goes on the same day was never there at midnight', () => {
  const surgery = Array.from({ length: 9 }, (_, i) => stay(i, 2, 2)).flat()
  expect(
    judge(...surgery, ...surgery.map((event) => ({ ...event, mdtrt_id: `${event.mdtrt_id}x`, setl_id: `${event.setl_id}x` })))
      .open,
  ).toEqual([])
})

test('Who has not been discharged is there; a settlement ends a stay where no discharge was told, a mid-stay one does not', () => {
  const admitted = stays(7).filter((event) => event.kind === 'admission')
  expect(judge(...admitted).open).toMatchObject([{ count: 14, setl_ids: [] }])
  const settled = stays(7).filter((event) => event.kind !== 'discharge')
  expect(judge(...settled).open).toMatchObject([{ count: 2 }])
  const mid = stays(7)
    .filter((event) => event.kind !== 'discharge')
    .map((event) => ({ ...event, mid_setl_flag: '1' }))
  expect(judge(...mid).open).toMatchObject([{ count: 14 }])
})

test('A later discharge corrects an earlier one', () => {
  const corrected = discharge({ mdtrt_id: 'M0', psn_no: 'P0', endtime: `${day(3)} 09:00:00`, ingest_time: `${day(5)} 09:00:00` })
  expect(judge(...stays(7), corrected).open).toEqual([])
  expect(judge(...stays(7).slice(0, 1), corrected, ...stays(7).slice(1)).open).toEqual([])
})

test('Where no beds are registered nobody is judged', () => {
  const { open, skipped } = run(detector, [hospital(null), ...stays(1)])
  expect([open, skipped]).toEqual([[], Array(3).fill('REFERENCE_MISSING')])
})

test('The last of overloaded days is named as it comes, and a void takes its settlement away', () => {
  const events = stays(7, 2, 6)
  const { open } = judge(...events, voidOf(events[2]!, '2026-07-02 10:00:00'), heartbeat('2026-08-01 00:00:00'))
  expect(open).toMatchObject([{ bucket: '2026-03-03', count: 4, setl_ids: ['S1', 'S2', 'S3', 'S4', 'S5', 'S6'] }])
})

test('Stays that nobody announced are learnt of with their settlements', () => {
  const settled = Array.from({ length: 7 }, (_, i) => stay(i, 2, 8)[2]!)
  const judged = (...events: Wire[]) => run(detector, [HOSPITAL, ...events, OVER], { history_from: '2026-02-01 00:00:00' }).open
  expect(judged(...settled)).toMatchObject([{ bucket: '2026-03-03', count: 6, evidence: { peak: 7, day_count: 6 } }])
  expect(judged(...settled.slice(1))).toEqual([])
})

test('Where nobody has come for long, what settlements tell is counted for the last four days, as where somebody has', () => {
  const [begntime, endtime, setl_time] = [`${day(3)} 09:00:00`, `${day(28)} 09:00:00`, `${day(28)} 10:00:00`]
  const settled = Array.from({ length: 7 }, (_, i) =>
    inpatient({ setl_id: `L${i}`, psn_no: `L${i}`, begntime, endtime, setl_time }),
  )
  const last = heartbeat('2026-04-20 00:00:00')
  const fromThe24th = [{ bucket: day(25), count: 4 }]
  expect(run(detector, [HOSPITAL, ...stay(8, 2, 3), ...settled, last]).open).toMatchObject(fromThe24th)
  expect(run(detector, [HOSPITAL, ...stay(8, 2, 3), ...stay(9, 4, 27), ...settled, last]).open).toMatchObject(fromThe24th)
})

test('A hospital without a bed has no overload, and a settlement by itself keeps nobody beyond its end', () => {
  expect(run(detector, [hospital(0), ...stays(7), OVER]).open).toEqual([])
  const settled = stays(7).filter((event) => event.kind === 'settlement')
  expect(judge(...settled).open).toMatchObject([{ count: 2, last_seen: parseInstant('2026-03-03 23:59:59') }])
})

test('In ten beds there may be twelve, and no thirteenth', () => {
  const inTen = (count: number) => run(detector, [hospital(10), ...stays(count), OVER]).open.length
  expect([inTen(12), inTen(13)]).toEqual([0, 1])
})
