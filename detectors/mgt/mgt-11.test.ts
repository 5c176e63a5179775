import { expect, test } from 'vitest'
import { DAY, formatInstant, parseInstant } from '../../schemas/time.ts'
import { admission, discharge, inpatient, reference, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './mgt-11.ts'

const FIRST = parseInstant('2026-01-05 09:00:00')
const day = (n: number) => formatInstant(FIRST + n * DAY)
/** A stay of two days that begins so many days after the first. */
const stay = (n: number, more: object = {}) =>
  inpatient({
    ...{ setl_id: `S${n}`, mdtrt_id: `M${n}`, begntime: day(n), endtime: day(n + 2), setl_time: day(n + 2) },
    ...{ feedetail: [{ pric: 1000 }], ...more },
  })
const found = (...events: object[]) => run(detector, events as never).open
const at = (...days: number[]) => found(...days.map((n) => stay(n)))

test('Four stays within ninety days are many, three or ninety-one days are not', () => {
  expect(at(0, 30, 60)).toEqual([])
  expect(at(0, 30, 60, 90)).toEqual([])
  const open = at(0, 30, 60, 89)
  expect(open).toMatchObject([
    {
      ...{
        subject: { type: 'person', id: 'P1' },
        bucket: '2026-01',
        severity: 3,
        result: 'suspicion',
        vola_amt: 280000,
        count: 4,
      },
      setl_ids: ['S0', 'S30', 'S60', 'S89'],
    },
  ])
  expect(open[0]!.evidence).toMatchObject({
    count: 4,
    institutions: 1,
    stays: [{ mdtrt_id: 'M0', diagnosis: 'J06.900', fund: 700 }, {}, {}, {}],
  })
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('2026-01-05至2026-04-04住院4次，涉及1家机构，基金2,800.00元。')
})

test('Eight stays within 365 days are many, seven or 366 days are not', () => {
  const spread = [0, 50, 100, 150, 200, 250, 300]
  expect(at(...spread)).toEqual([])
  expect(at(...spread, 364)).toHaveLength(1)
  expect(at(...spread, 365)).toEqual([])
})

test('Stays that only an admission tells of count at once', () => {
  const open = found(
    stay(0),
    stay(10),
    stay(20),
    admission({ mdtrt_id: 'M30', begntime: day(30), dscg_maindiag_code: 'I50.900' }),
  )
  expect(open).toMatchObject([
    { count: 4, setl_ids: ['S0', 'S10', 'S20'], evidence: { stays: [{}, {}, {}, { endtime: null, diagnosis: 'I50.900' }] } },
  ])
})

test('All events of one stay are one stay, in whichever order they come', () => {
  const told = [admission({ mdtrt_id: 'M30', begntime: day(30) }), stay(30), discharge({ mdtrt_id: 'M30', endtime: day(32) })]
  for (const events of permutations(told)) {
    expect(found(stay(0), stay(10), ...events)).toEqual([])
    expect(found(stay(0), stay(10), stay(20), ...events)).toMatchObject([{ count: 4 }])
  }
})

test('Sessions of dialysis, radiotherapy and chemotherapy are not counted', () => {
  const diagnosed = (diag_code: string) => ({ diseinfo: [{ diag_type: '1', maindiag_flag: '1', diag_code }] })
  for (const code of ['Z51.000', 'Z51.100']) expect(found(stay(0), stay(10), stay(20), stay(30, diagnosed(code)))).toEqual([])
  // Sick kidneys alone are no session: there must have been dialysis.
  for (const code of ['Z51.200', 'N18.500']) expect(found(stay(0), stay(10), stay(20), stay(30, diagnosed(code)))).toHaveLength(1)
  const session = admission({ mdtrt_id: 'M30', begntime: day(30), dscg_maindiag_code: 'Z51.102' })
  expect(found(stay(0), stay(10), stay(20), session)).toEqual([])
  const item = reference('item', 'HD', { tags: ['hemodialysis'] })
  expect(found(item, stay(0), stay(10), stay(20), stay(30, { feedetail: [{ med_list_codg: 'HD' }] }))).toEqual([])
})

test('A run is an alert of the month in which it began; one that is long over stays apart', () => {
  expect(at(27, 40, 50, 60, 500, 510, 520, 530).map(({ bucket, count }) => [bucket, count])).toEqual([
    ['2026-02', 4],
    ['2027-05', 4],
  ])
})

test('A stay without a beginning cannot be counted', () => {
  expect(run(detector, [stay(0), stay(10, { begntime: '' })]).skipped).toEqual(['INPUT_MISSING'])
})

test('A void takes its stay out, also years later', () => {
  const stays = [0, 30, 60, 89].map((n) => stay(n))
  const back = run(detector, [...stays, voidOf(stays[1]!, day(800))])
  expect([back.open.length, back.retracted.length]).toEqual([0, 1])
})
