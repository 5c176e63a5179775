import { expect, test } from 'vitest'
import { HOSPITAL, heartbeat, inpatient, type LineGiven, reference, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './pol-02.ts'

const WATCH = '001103000010000'
const VISIT = '001102000030000'
const pair = (row: object = {}) =>
  reference('mutex', 'm-1', { code_a: WATCH, code_b: VISIT, scope: 'DAY', violating: VISIT, ...row })
const names = [reference('item', WATCH, { name: '急诊监护费' }), reference('item', VISIT, { name: '急诊诊查费' })]
const at = (time: string) => ({ fee_ocur_time: `2026-03-02 ${time}` })
const watch = (more: object = {}) => ({ med_list_codg: WATCH, pric: 100, ...more })
const visit = (more: object = {}) => ({ med_list_codg: VISIT, pric: 20, ...more })
const visited = (setl_id: string, time: string, line: LineGiven, more: object = {}) =>
  settlement({ setl_id, setl_time: `2026-03-02 ${time}`, feedetail: [line], ...more })

test('The item that another one includes is charged beside it: a violation by its in-policy amount', () => {
  const { open } = run(detector, [HOSPITAL, pair(), ...names, settlement({ setl_id: 'S', feedetail: [watch(), visit()] })])
  expect(open).toMatchObject([
    {
      subject: { type: 'settlement', id: 'S' },
      bucket: '2026-03-02',
      severity: 2,
      result: 'violation',
      vola_amt: 2000,
      count: 1,
    },
  ])
  expect(open[0]!.lines).toEqual([
    { setl_id: 'S', feedetl_sn: '2', vola_item_type: 1, vola_amt: 2000 },
    { setl_id: 'S', feedetl_sn: '1', vola_item_type: 2, vola_amt: 0 },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('急诊诊查费与急诊监护费同日不得同时收费，1处共20.00元。')
})

test('One of them alone, or a row that is not in force yet, is nothing', () => {
  expect(run(detector, [HOSPITAL, pair(), settlement({ feedetail: [visit(), visit()] })]).open).toEqual([])
  const later = reference('mutex', 'm-1', { code_a: WATCH, code_b: VISIT }, { effective_from: '2026-03-03' })
  expect(run(detector, [HOSPITAL, later, settlement({ feedetail: [watch(), visit()] })]).open).toEqual([])
})

test('The pair names which one violates; where it does not, the second does', () => {
  const both = settlement({ feedetail: [watch(), visit()] })
  expect(run(detector, [HOSPITAL, pair({ violating: WATCH }), both]).open).toMatchObject([{ vola_amt: 10000 }])
  expect(run(detector, [HOSPITAL, pair({ violating: null, scope: null }), both]).open).toMatchObject([
    { bucket: '2026-03-02', vola_amt: 2000 },
  ])
})

test('Every violating line counts once, however many partners it has', () => {
  const { open } = run(detector, [HOSPITAL, pair(), settlement({ feedetail: [watch(), watch(), visit(), visit()] })])
  expect(open).toMatchObject([{ vola_amt: 4000, count: 2 }])
})

test('A line that both its day and its visit forbid is at fault once, on its day', () => {
  const byVisit = reference('mutex', 'm-2', { code_a: WATCH, code_b: VISIT, scope: 'VISIT', violating: VISIT })
  for (const rows of permutations([pair(), byVisit])) {
    expect(run(detector, [HOSPITAL, ...rows, settlement({ feedetail: [watch(), visit()] })]).open).toMatchObject([
      { bucket: '2026-03-02', vola_amt: 2000, count: 1 },
    ])
  }
})

test('DAY joins settlements of one person, institution and day; the later one is the subject', () => {
  const morning = visited('S1', '09:00:00', visit())
  const evening = visited('S2', '18:00:00', watch())
  for (const order of permutations([morning, evening])) {
    expect(run(detector, [HOSPITAL, pair(), ...order]).open).toMatchObject([
      { subject: { id: 'S2' }, setl_ids: ['S1', 'S2'], vola_amt: 2000, lines: [{ setl_id: 'S1' }, { setl_id: 'S2' }] },
    ])
  }
})

test('Another day, another institution or another person is another matter', () => {
  const morning = visited('S1', '09:00:00', visit())
  const others = [
    settlement({ setl_time: '2026-03-03 09:00:00', feedetail: [watch()] }),
    visited('S3', '18:00:00', watch(), { fixmedins_code: 'H99010100002' }),
    visited('S4', '18:00:00', watch(), { psn_no: 'P2' }),
  ]
  expect(run(detector, [HOSPITAL, pair(), morning, ...others]).open).toEqual([])
})

test('HOUR is at most sixty minutes apart on one day', () => {
  const hourly = pair({ scope: 'HOUR' })
  const lines = (time: string) => settlement({ feedetail: [watch(at('09:00:00')), visit(at(time))] })
  expect(run(detector, [HOSPITAL, hourly, lines('10:00:00')]).open).toMatchObject([{ bucket: '2026-03-02', vola_amt: 2000 }])
  expect(run(detector, [HOSPITAL, hourly, lines('10:00:01')]).open).toEqual([])
})

test('VISIT joins the days and settlements of one visit and no other', () => {
  const byVisit = pair({ scope: 'VISIT' })
  const first = inpatient({ setl_id: 'S1', mdtrt_id: 'M', mid_setl_flag: '1', feedetail: [watch(at('09:00:00'))] })
  const last = (mdtrt_id: string) =>
    inpatient({
      setl_id: 'S2',
      mdtrt_id,
      setl_time: '2026-05-20 10:00:00',
      feedetail: [visit({ fee_ocur_time: '2026-05-01 09:00:00' })],
    })
  expect(run(detector, [HOSPITAL, byVisit, first, last('M')]).open).toMatchObject([
    { subject: { id: 'S2' }, bucket: '', setl_ids: ['S1', 'S2'], vola_amt: 2000 },
  ])
  expect(run(detector, [HOSPITAL, byVisit, first, last('N')]).open).toEqual([])
})

test('Bills of one visit are compared when they lie at most 180 days apart', () => {
  const bill = (setl_id: string, setl_time: string, line: LineGiven) =>
    inpatient({ setl_id, mdtrt_id: 'M', setl_time, feedetail: [line] })
  const [first, later] = [bill('S1', '2026-01-02 10:00:00', watch()), (time: string) => bill('S2', `2026-07-01 ${time}`, visit())]
  const rows = [HOSPITAL, pair({ scope: 'VISIT' })]
  expect(run(detector, [...rows, first, later('10:00:00')]).open).toHaveLength(1)
  expect(run(detector, [...rows, first, later('10:00:01')]).open).toEqual([])
})

test('A stay is settled weeks later and still finds the outpatient visit of its first day', () => {
  const emergency = visited('S1', '09:00:00', visit(), { med_type: '13' })
  const stay = inpatient({
    ...{ setl_id: 'S2', begntime: '2026-03-02 10:00:00', endtime: '2026-03-25 10:00:00', setl_time: '2026-03-25 11:00:00' },
    feedetail: [watch(at('11:00:00'))],
  })
  expect(run(detector, [HOSPITAL, pair(), emergency, stay]).open).toMatchObject([{ subject: { id: 'S2' }, bucket: '2026-03-02' }])
})

test('A line that was taken back is not charged', () => {
  const back = settlement({ feedetail: [watch(), visit(), visit({ cnt: -1 })] })
  expect(run(detector, [HOSPITAL, pair(), back]).open).toEqual([])
})

test('A void of either settlement retracts', () => {
  const morning = visited('S1', '09:00:00', visit())
  const evening = visited('S2', '18:00:00', watch())
  for (const original of [morning, evening]) {
    const { open, retracted } = run(detector, [HOSPITAL, pair(), morning, evening, voidOf(original, '2026-03-02 20:00:00')])
    expect(open).toEqual([])
    expect(retracted).toHaveLength(1)
  }
})

test('What else is charged, and an incomplete row, change nothing', () => {
  const others = settlement({ feedetail: [{}, watch(), visit()] })
  expect(run(detector, [HOSPITAL, pair(), others]).open).toMatchObject([{ vola_amt: 2000, lines: [{ feedetl_sn: '3' }, {}] }])
  for (const row of [{ code_a: '' }, { code_b: '' }, { code_b: WATCH, violating: WATCH }])
    expect(run(detector, [HOSPITAL, pair(row), others]).open).toEqual([])
})

test('Of two settlements of one second the greater number is the later', () => {
  const both = [visited('S2', '09:00:00', visit()), visited('S1', '09:00:00', watch())]
  for (const order of permutations(both))
    expect(run(detector, [HOSPITAL, pair(), ...order]).open).toMatchObject([{ subject: { id: 'S2' } }])
})

test('Where each of two lines forbids the other both are at fault, and none is a mere partner', () => {
  const back = reference('mutex', 'm-2', { code_a: WATCH, code_b: VISIT, scope: 'DAY', violating: WATCH })
  const { open } = run(detector, [HOSPITAL, pair(), back, settlement({ feedetail: [watch(), visit()] })])
  expect(open).toMatchObject([{ vola_amt: 12000, count: 2, evidence: { vola_amt: 120 } }])
  expect(open[0]!.lines.map(({ vola_item_type }) => vola_item_type)).toEqual([1, 1])
})

test('Where several pairs clash, the sentence gives what all come to apart from the first', () => {
  const other = reference('mutex', 'm-2', { code_a: WATCH, code_b: 'OTHER', scope: 'DAY', violating: 'OTHER' })
  const feedetail = [watch(), visit(), { med_list_codg: 'OTHER', pric: 30 }]
  const { open } = run(detector, [HOSPITAL, pair(), other, ...names, settlement({ feedetail })])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('急诊诊查费与急诊监护费同日不得同时收费，连同另1项，2处共50.00元。')
})

test('A local code is its national code, unless pairs name it itself; what was charged is told', () => {
  const [localWatch, localVisit] = [`${WATCH}a1`, `${VISIT}b2`]
  const both = settlement({ feedetail: [watch({ med_list_codg: localWatch }), visit({ med_list_codg: localVisit })] })
  expect(run(detector, [HOSPITAL, pair(), ...names, both]).open).toMatchObject([
    {
      vola_amt: 2000,
      evidence: {
        pairs: [
          {
            violating: { med_list_codg: localVisit, name: '急诊诊查费' },
            partner: { med_list_codg: localWatch, name: '急诊监护费' },
          },
        ],
      },
    },
  ])
  const own = reference('mutex', 'm-2', { code_a: localWatch, code_b: 'OTHER' })
  expect(run(detector, [HOSPITAL, pair(), own, both]).open).toEqual([])
})

test('A national code and its local one may exclude each other, and none excludes itself', () => {
  const extra = `${WATCH}a1`
  const row = pair({ code_b: extra, violating: extra })
  const judged = (...feedetail: LineGiven[]) => run(detector, [HOSPITAL, row, settlement({ feedetail })]).open
  expect(judged(watch(), watch({ med_list_codg: extra }))).toMatchObject([{ vola_amt: 10000, count: 1 }])
  expect(judged(watch({ med_list_codg: extra }), watch({ med_list_codg: extra }))).toEqual([])
})

test('What a later bill of the visit takes back was not charged together, be it the one or the other', () => {
  const bill = (setl_id: string, day: string, ...feedetail: LineGiven[]) =>
    inpatient({ setl_id, mdtrt_id: 'M', setl_time: `2026-03-${day} 10:00:00`, feedetail })
  const first = bill('S1', '05', watch(at('09:00:00')), visit({ ...at('09:00:00'), cnt: 2 }))
  const back = (line: LineGiven) => bill('S2', '08', { pric: 500 }, line)
  const later = { fee_ocur_time: '2026-03-07 08:00:00' }
  for (const scope of ['HOUR', 'DAY', 'VISIT'])
    for (const line of [visit({ cnt: -2, ...at('09:00:00') }), visit({ cnt: -2, ...later }), watch({ cnt: -1, ...later })])
      for (const order of permutations([first, back(line)]))
        expect(run(detector, [HOSPITAL, pair({ scope }), ...order]).open).toEqual([])
  const half = [first, back(visit({ cnt: -1, ...later }))]
  const years = [heartbeat('2028-01-01 00:00:00'), settlement({ setl_time: '2028-01-01 09:00:00', feedetail: [watch()] })]
  expect(run(detector, [HOSPITAL, pair(), ...half, ...years]).open).toMatchObject([{ vola_amt: 2000, setl_ids: ['S1'] }])
  const whole = back(visit({ cnt: -2, ...later }))
  expect(run(detector, [HOSPITAL, pair(), first, whole, voidOf(whole, '2026-03-09 10:00:00')]).open).toMatchObject([
    { vola_amt: 4000 },
  ])
})

test('What the person pays alone is charged twice to nobody but him, and stands beside what the fund pays all the same', () => {
  const own = { inscp_scp_amt: 0 }
  expect(run(detector, [HOSPITAL, pair(), settlement({ feedetail: [watch(), visit(own)] })]).open).toEqual([])
  expect(run(detector, [HOSPITAL, pair(), settlement({ feedetail: [watch(own), visit()] })]).open).toMatchObject([
    { vola_amt: 2000 },
  ])
})
