import { expect, test } from 'vitest'
import { admission, discharge, inpatient, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './mgt-03.ts'

/** A stay from 1 March, 09:00, to 5 March, 10:00, with a line at each of these times. */
const stay = (times: readonly string[], more: object = {}, of: object = {}) =>
  inpatient({
    ...{ setl_id: 'S', mdtrt_id: 'M' },
    feedetail: times.map((fee_ocur_time) => ({ fee_ocur_time, pric: 36, med_list_codg: 'BED', ...of })),
    ...more,
  })
const found = (...events: object[]) => run(detector, events as never).open
const at = (time: string, of: object = {}) => found(stay(['2026-03-03 10:00:00', time], {}, of)).length

test('A line two days after the end costs its in-policy amount', () => {
  const open = found(stay(['2026-03-03 10:00:00', '2026-03-07 09:00:00']))
  expect(open).toMatchObject([
    {
      ...{
        subject: { type: 'settlement', id: 'S' },
        bucket: '',
        severity: 2,
        result: 'violation',
        vola_amt: 3600,
        setl_ids: ['S'],
      },
      lines: [{ feedetl_sn: '2', vola_item_type: 1, vola_amt: 3600 }],
    },
  ])
  expect(open[0]!.evidence.lines).toEqual([
    { feedetl_sn: '2', med_list_codg: 'BED', fee_ocur_time: '2026-03-07T09:00:00+08:00', hours: 47 },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe(
    '住院2026-03-01至2026-03-05，1条明细计费于住院之外（首条2026-03-07），共36.00元。',
  )
})

test('Twenty-four hours before the beginning and after the end are allowed, a second more is not', () => {
  expect([at('2026-02-28 09:00:00'), at('2026-02-28 08:59:59')]).toEqual([0, 1])
  expect([at('2026-03-06 10:00:00'), at('2026-03-06 10:00:01')]).toEqual([0, 1])
})

test('Pre-admission tests may be a week old, and not later than any other line', () => {
  const tests = { er_flag: '2' }
  expect([at('2026-02-22 09:00:00', tests), at('2026-02-22 08:59:59', tests)]).toEqual([0, 1])
  expect(at('2026-03-06 10:00:01', tests)).toBe(1)
  expect(at('2026-02-27 09:00:00', { er_flag: '1' })).toBe(1)
})

test('The emergency room that led to the stay may have watched for days', () => {
  const charged = (time: string, er_flag: string, med_type: string) => found(stay([time], { med_type }, { er_flag })).length
  expect(charged('2026-02-22 09:00:00', '1', '24')).toBe(0)
  expect(charged('2026-02-22 08:59:59', '1', '24')).toBe(1)
  expect(charged('2026-02-27 09:00:00', '0', '24')).toBe(1)
  expect(charged('2026-02-27 09:00:00', '1', '21')).toBe(1)
})

test('Medicine to take home may be charged later, and no earlier than any other line', () => {
  expect(at('2026-03-09 10:00:00', { dscg_tkdrug_flag: '1' })).toBe(0)
  expect(at('2026-02-27 09:00:00', { dscg_tkdrug_flag: '1' })).toBe(1)
})

test('Charges after a death are left to MGT-22; before the admission they are not', () => {
  const died = { dscg_way: '5' }
  expect(found(stay(['2026-03-09 10:00:00'], died))).toEqual([])
  expect(found(stay(['2026-02-20 10:00:00'], died))).toHaveLength(1)
})

test('Admission and discharge know better than the bill, in whichever order they come', () => {
  const [came, left] = [
    admission({ mdtrt_id: 'M', begntime: '2026-02-25 09:00:00' }),
    discharge({ mdtrt_id: 'M', endtime: '2026-03-09 10:00:00' }),
  ]
  const bill = stay(['2026-02-26 09:00:00', '2026-03-08 09:00:00'])
  expect(found(bill)).toMatchObject([{ count: 2 }])
  for (const events of permutations([came, left, bill])) expect(found(...events)).toEqual([])
  for (const events of permutations([left, bill]))
    expect(found(...events)).toMatchObject([{ count: 1, lines: [{ feedetl_sn: '1' }] }])
})

test('Each settlement of a stay answers for its own lines; those of an open stay have no end yet', () => {
  const mid = stay(['2026-02-20 09:00:00', '2026-03-09 09:00:00'], {
    setl_id: 'MID',
    mid_setl_flag: '1',
    setl_time: '2026-03-03 09:00:00',
  })
  expect(run(detector, [mid])).toMatchObject({ open: [{ count: 1, subject: { id: 'MID' } }], skipped: [] })
  expect(found(mid, stay(['2026-03-07 09:00:00'])).map(({ subject, count }) => [subject.id, count])).toEqual([
    ['MID', 2],
    ['S', 1],
  ])
})

test('A bill that does not tell the dates of its stay cannot be judged; visits are not', () => {
  expect(run(detector, [stay(['2026-03-03 10:00:00'], { endtime: '' })]).skipped).toEqual(['INPUT_MISSING'])
  expect(run(detector, [stay(['2026-03-03 10:00:00'], { begntime: '' })]).skipped).toEqual(['INPUT_MISSING'])
  expect(run(detector, [settlement({ feedetail: [{ fee_ocur_time: '2026-01-01 10:00:00' }] })])).toMatchObject({
    open: [],
    skipped: [],
  })
  // Where nothing has been charged yet, nothing is missing.
  expect(run(detector, [admission({ mdtrt_id: 'M', begntime: '2026-03-01 09:00:00' })]).skipped).toEqual([])
})

test('Stays without a number are stays of their own', () => {
  const other = { begntime: '2026-04-01 09:00:00', endtime: '2026-04-05 10:00:00', setl_time: '2026-04-05 11:00:00' }
  const two = [stay(['2026-03-03 10:00:00']), stay(['2026-04-03 10:00:00'], { setl_id: 'T', ...other })]
  expect(found(...two.map((bill) => ({ ...bill, mdtrt_id: '' })))).toEqual([])
})

test('A line that was taken back is not charged', () => {
  const line = { fee_ocur_time: '2026-03-09 10:00:00', med_list_codg: 'BED', pric: 36 }
  expect(found(stay([], { feedetail: [line, { ...line, cnt: -1 }] }))).toEqual([])
})

test('A void retracts', () => {
  const bill = stay(['2026-03-09 10:00:00'])
  const { open, retracted } = run(detector, [bill, voidOf(bill, '2026-03-10 10:00:00')])
  expect([open.length, retracted.length]).toEqual([0, 1])
})

test('A stay that ends at midnight tells only its day, and may have ended at the end of it', () => {
  const dated = { begntime: '2026-03-01 00:00:00', endtime: '2026-03-05 00:00:00' }
  expect(found(stay(['2026-03-03 10:00:00', '2026-03-07 00:00:00'], dated))).toEqual([])
  expect(found(stay(['2026-03-03 10:00:00', '2026-03-07 00:00:01'], dated))).toHaveLength(1)
  expect(found(stay(['2026-02-27 23:59:59'], dated))).toHaveLength(1)
})

test('A later bill of the stay takes back what an earlier one charged outside it', () => {
  const first = stay(['2026-02-25 10:00:00', '2026-03-02 10:00:00'], { setl_id: 'S1', mid_setl_flag: '1' }, { cnt: 2 })
  const last = (...lines: object[]) => {
    const given = lines.map((line) => ({ pric: 36, med_list_codg: 'BED', ...line }))
    return inpatient({ setl_id: 'S2', mdtrt_id: 'M', setl_time: '2026-03-06 10:00:00', feedetail: given })
  }
  const amounts = (...lines: object[]) =>
    permutations([{ ...first, setl_time: '2026-03-04 10:00:00' }, last(...lines)]).map((order) =>
      found(...order).map(({ vola_amt }) => vola_amt),
    )
  const [then, since] = [{ fee_ocur_time: '2026-02-25 10:00:00' }, { fee_ocur_time: '2026-03-05 09:00:00' }]
  expect(amounts(since)).toEqual([[7200], [7200]])
  expect(amounts({ cnt: -2, ...then })).toEqual([[], []])
  expect(amounts({ cnt: -2, ...since })).toEqual([[], []])
  expect(amounts({ cnt: -1, ...then })).toEqual([[3600], [3600]])
  // What the bill itself charged is taken back first; a line of the stay, and another item, are other lines.
  expect(amounts({ cnt: 1, ...since }, { cnt: -2, ...since })).toEqual([[3600], [3600]])
  expect(amounts({ cnt: -2, fee_ocur_time: '2026-03-02 10:00:00' })).toEqual([[7200], [7200]])
  expect(amounts({ cnt: -2, ...then, med_list_codg: 'BED2' })).toEqual([[7200], [7200]])
})
