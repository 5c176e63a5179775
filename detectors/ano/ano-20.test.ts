import { expect, test } from 'vitest'
import { admission, discharge, heartbeat, inpatient, reference, voidOf } from '../testing/events.ts'
import { run, type Wire } from '../testing/scenario.ts'
import detector from './ano-20.ts'

const OVER = heartbeat('2026-04-10 00:00:00')
let serial = 0
/** So many discharges after so many days, in March. */
const stays = (days: number, count: number, more: Wire = {}) =>
  Array.from({ length: count }, () => {
    serial++
    const end = 20 + (serial % 8)
    const begin = new Date(Date.UTC(2026, 2, end - days)).toISOString().slice(0, 10)
    return inpatient({
      ...{
        setl_id: `S${String(serial).padStart(4, '0')}`,
        psn_no: `P${serial}`,
        begntime: `${begin} 15:00:00`,
      },
      ...{
        endtime: `2026-03-${end} 09:00:00`,
        setl_time: `2026-03-${end} 10:00:00`,
        ...more,
      },
    })
  })
const neighbours = (count: number) => [12, 13, 16, 17].flatMap((days) => stays(days, count))
const hospital = reference('institution', 'H99010100001', {
  kind: 'hospital',
  admdvs: '990101',
})
const judge = (...events: Wire[]) => run(detector, [hospital, ...events, OVER])

test('Many more stays at fourteen and fifteen days than around them are an indicator', () => {
  const { open } = judge(...neighbours(2), ...stays(14, 9), ...stays(15, 7), ...stays(3, 40))
  expect(open).toMatchObject([
    {
      ...{
        subject: { type: 'institution', id: 'H99010100001' },
        bucket: '2026-03',
        result: 'indicator',
        severity: 4,
      },
      ...{ vola_amt: 0, count: 16, admdvs: '990101' },
      evidence: {
        limit_days: 15,
        discharges: 64,
        at_limit: 16,
        neighbours: 8,
        p: 0.00086,
      },
    },
  ])
  expect(open[0]!.setl_ids).toHaveLength(16)
  expect(open[0]!.setl_count).toBe(16)
  expect(open[0]!.evidence.histogram[13]).toBe(9)
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe(
    '2026-03出院64人次中16人次住满14至15天，前后各两天共8人次，概率0.00086。',
  )
  const certain = { ...open[0]!.evidence, p: 0 }
  expect(detector.explain(certain, 'zh')).toContain('概率不足0.000001')
  expect(detector.explain(certain, 'en')).toContain('by chance with p < 0.000001')
})

test('What may be chance is no sign', () => {
  expect(judge(...neighbours(2), ...stays(14, 9), ...stays(15, 6)).open).toEqual([])
})

test('Twice the neighbours, each day for each, is the limit', () => {
  expect(judge(...neighbours(20), ...stays(14, 41), ...stays(15, 40)).open).toHaveLength(1)
  expect(judge(...neighbours(20), ...stays(14, 40), ...stays(15, 40)).open).toEqual([])
})

test('Nothing is said before the month is over and all that belongs to it has come', () => {
  const events = stays(15, 20)
  expect(run(detector, [...events, heartbeat('2026-04-04 00:09:59')]).open).toEqual([])
  expect(run(detector, [...events, heartbeat('2026-04-04 00:10:00')]).open).toHaveLength(1)
})

test('Day surgery, settlements in the middle of a stay, and pathways of a fixed length do not count', () => {
  for (const more of [{ med_type: '28' }, { mid_setl_flag: '1' }, { med_type: '2102' }, { med_type: '26' }, { med_type: '11' }]) {
    expect(judge(...stays(15, 20, more)).open).toEqual([])
  }
  expect(judge(...stays(15, 20, { med_type: '52' })).open).toHaveLength(1)
})

test('A stay without its dates cannot be counted', () => {
  expect(judge(...stays(15, 1, { begntime: '' }))).toMatchObject({
    open: [],
    skipped: ['INPUT_MISSING'],
  })
})

test('Voids retract', () => {
  const events = stays(15, 7)
  expect(judge(...events).open).toHaveLength(1)
  const back = events.slice(0, 1).map((event) => voidOf(event, '2026-06-02 10:00:00'))
  expect(run(detector, [...events, OVER, ...back])).toMatchObject({
    open: [],
    retracted: [{}],
  })
})

test('Admission and discharge tell of a stay before its bill, and better than it', () => {
  const announced = (days: number, count: number) =>
    stays(days, count).flatMap((bill, i) => {
      const [mdtrt_id, psn_no] = [`M${days}-${i}`, String(bill.psn_no)]
      const { begntime, endtime } = bill
      return [admission({ mdtrt_id, psn_no, begntime }), discharge({ mdtrt_id, psn_no, endtime }), { ...bill, mdtrt_id }]
    })
  const all = [12, 13, 16, 17].flatMap((days) => announced(days, 2)).concat(announced(14, 9), announced(15, 7))
  const isBill = ({ kind }: Wire) => kind === 'settlement'
  const unbilled = judge(...all.filter((event) => !isBill(event)))
  expect(unbilled.open).toMatchObject([
    {
      count: 16,
      admdvs: '990101',
      setl_ids: [],
      evidence: { at_limit: 16, neighbours: 8 },
    },
  ])
  const short = all.map((event) => (isBill(event) ? { ...event, begntime: '2026-03-19 08:00:00' } : event))
  expect(judge(...short).open).toMatchObject([{ count: 16, evidence: { at_limit: 16, neighbours: 8 } }])
  expect(judge(...short).open[0]!.setl_ids).toHaveLength(16)
  expect(judge(...short.toReversed()).open).toEqual(judge(...short).open)
})

test('A corrected discharge moves the stay, also to another month', () => {
  const bills = stays(15, 7).map((bill, i) => ({ ...bill, mdtrt_id: `M${i}` }))
  const psn_no = String((bills[0] as Wire).psn_no)
  const correction = (endtime: string) =>
    discharge({
      mdtrt_id: 'M0',
      psn_no,
      endtime,
      ingest_time: '2026-04-02 08:00:00',
    })
  expect(judge(...bills).open).toMatchObject([{ count: 7 }])
  expect(judge(...bills, correction('2026-03-31 09:00:00')).open).toEqual([])
  expect(judge(...bills, correction('2026-04-01 09:00:00')).open).toEqual([])
})
