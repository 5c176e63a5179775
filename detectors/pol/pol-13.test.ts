import { expect, test } from 'vitest'
import { HOSPITAL, heartbeat, inpatient, type LineGiven, reference, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import { permutations } from '../testing/shuffles.ts'
import detector from './pol-13.ts'

const CODE = 'XB01ACA001B002010100001'
const course = (row: object = {}, id = 'c') => reference('course', id, { code: CODE, max_days: 3, ...row })
const known = (row: object = {}) => [HOSPITAL, course(row), reference('item', CODE, { name: '奥扎格雷' })]
const line = (day: string, more: object = {}): LineGiven => {
  return { med_list_codg: CODE, pric: 42, fee_ocur_time: `${day} 09:00:00`, ...more }
}
const use = (setl_id: string, day: string, more: object = {}) =>
  settlement({ setl_id, setl_time: `${day} 10:00:00`, feedetail: [line(day)], ...more })
const uses = (...days: string[]) => days.map((day, i) => use(`S${i + 1}`, day))
const stay = (...days: string[]) => inpatient({ setl_id: 'S', mdtrt_id: 'M', feedetail: days.map((day) => line(day)) })
const [ONE, TWO, THREE, FOUR, FIVE] = ['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05']

test('The days beyond those that are paid are a violation by their lines', () => {
  const { open } = run(detector, [...known(), stay(ONE, TWO, THREE, FOUR, FIVE)])
  expect(open).toMatchObject([
    {
      ...{ subject: { type: 'person', id: 'P1' }, bucket: `2026-03|${CODE}`, severity: 3, result: 'violation', vola_amt: 8400 },
      ...{ setl_ids: ['S'], count: 1, evidence: { days: 5, max_days: 3, first_day: ONE, last_day: FIVE } },
      lines: [{ vola_item_type: 2 }, { vola_item_type: 2 }, { vola_item_type: 2 }, { vola_amt: 4200 }, { vola_amt: 4200 }],
    },
  ])
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('奥扎格雷于2026-03-01至2026-03-05使用5天，限支付3天，超出部分84.00元。')
})

test('Exactly the paid days are paid, and a day counts once', () => {
  expect(run(detector, [...known(), stay(ONE, TWO, THREE)]).open).toEqual([])
  expect(run(detector, [...known(), stay(ONE, ONE, TWO, THREE, THREE)]).open).toEqual([])
  expect(run(detector, [...known(), stay(ONE, ONE, TWO, THREE, FOUR, FOUR)]).open).toMatchObject([{ vola_amt: 8400 }])
})

test('An episode goes on over visits and institutions, until thirty days pass without a use', () => {
  const days = uses(ONE, TWO, '2026-04-01', '2026-04-30')
  const elsewhere = [...days.slice(0, 3), use('S4', '2026-05-01', { fixmedins_code: 'H2' })]
  for (const order of permutations(elsewhere))
    expect(run(detector, [...known(), ...order]).open).toMatchObject([
      { setl_ids: ['S1', 'S2', 'S3', 'S4'], fixmedins_code: 'H2', vola_amt: 4200 },
    ])
  expect(run(detector, [...known(), ...uses(ONE, TWO, '2026-04-02', '2026-04-03')]).open).toEqual([])
})

test('A course per visit begins anew with each visit, and two of a month are one alert', () => {
  const perVisit = known({ per: 'VISIT' })
  const visit = (id: string, ...days: string[]) =>
    inpatient({ setl_id: id, mdtrt_id: id, feedetail: days.map((day) => line(day)) })
  expect(run(detector, [...perVisit, visit('A', ONE, TWO, THREE), visit('B', FOUR, FIVE)]).open).toEqual([])
  const both = [visit('A', ONE, TWO, THREE, FOUR), visit('B', ONE, TWO, THREE, FOUR, FIVE)]
  expect(run(detector, [...perVisit, ...both]).open).toMatchObject([{ count: 2, vola_amt: 12600, evidence: { days: 5 } }])
})

test('A course for life never ends', () => {
  const years = uses('2023-01-01', '2024-06-01', '2025-08-01', '2026-03-01')
  expect(run(detector, [...known({ per: 'LIFETIME' }), ...years]).open).toMatchObject([
    { bucket: `2023-01|${CODE}`, evidence: { days: 4 } },
  ])
  expect(run(detector, [...known(), ...years]).open).toEqual([])
})

test('A long episode is remembered to its end', () => {
  const monthly = Array.from({ length: 20 }, (_, i) => {
    return use(`S${i}`, new Date(Date.UTC(2025, 0, 1 + 29 * i)).toISOString().slice(0, 10))
  })
  expect(run(detector, [...known({ max_days: 19 }), ...monthly]).open).toMatchObject([{ vola_amt: 4200 }])
  expect(run(detector, [...known({ max_days: 20 }), ...monthly]).open).toEqual([])
})

test('Another main disease in the days beyond makes no other course of it', () => {
  const of = (code: string) => ({ diseinfo: [{ diag_type: '1', maindiag_flag: '1', diag_code: code }] })
  const first = [use('S1', ONE, of('I63.900')), use('S2', TWO, of('I63.900')), use('S3', THREE, of('I63.900'))]
  expect(run(detector, [...known(), ...first, use('S4', FOUR, of('I64.x00'))]).open).toMatchObject([{ result: 'violation' }])
})

test('What the person pays alone, or gives back, is no day of the course', () => {
  const own = inpatient({ feedetail: [line(ONE), line(TWO), line(THREE), line(FOUR, { inscp_scp_amt: 0 })] })
  expect(run(detector, [...known(), own]).open).toEqual([])
  const back = inpatient({ feedetail: [line(ONE), line(TWO), line(THREE), line(FOUR), line(FOUR, { cnt: -1 })] })
  expect(run(detector, [...known(), back]).open).toEqual([])
})

test('A row without days limits nothing, and of two places the longer time binds', () => {
  expect(run(detector, [...known({ max_days: null }), stay(ONE, TWO, THREE, FOUR)]).open).toEqual([])
  const local = course({ max_days: 4, admdvs: '990102' }, 'local')
  const four = [...uses(ONE, TWO, THREE), use('S4', FOUR, { mdtrt_admdvs: '990102' })]
  expect(run(detector, [...known(), local, ...four]).open).toEqual([])
})

test('A void takes its day back', () => {
  const [first, ...others] = uses(ONE, TWO, THREE, FOUR)
  const { open, retracted } = run(detector, [...known(), first!, ...others, voidOf(first!, '2026-03-04 20:00:00')])
  expect(open).toEqual([])
  expect(retracted).toHaveLength(1)
})

test('A day that a later bill of the visit takes back was no use, and never will be', () => {
  const first = stay(ONE, TWO, THREE, FOUR, FIVE)
  const back = (...lines: LineGiven[]) =>
    inpatient({ setl_id: 'T', mdtrt_id: 'M', setl_time: '2026-03-08 10:00:00', feedetail: [{ pric: 500 }, ...lines] })
  const whole = back(line(FIVE, { cnt: -1 }), line('2026-03-07', { cnt: -1 }))
  for (const per of ['EPISODE', 'VISIT', 'LIFETIME'])
    for (const order of permutations([first, whole])) expect(run(detector, [...known({ per }), ...order]).open).toEqual([])
  const years = [heartbeat('2030-01-01 00:00:00'), use('U', '2030-01-02')]
  for (const one of [FIVE, '2026-03-07'])
    expect(run(detector, [...known(), first, back(line(one, { cnt: -1 })), ...years]).open).toMatchObject([
      { vola_amt: 4200, evidence: { days: 4 } },
    ])
})

test('A national code and its local ones are used in one course, unless a row names the local one', () => {
  const SERVICE = '003401000010000'
  const days = [ONE, TWO, THREE, FOUR].map((day, i) =>
    use(`S${i}`, day!, { feedetail: [line(day!, { med_list_codg: i % 2 ? `${SERVICE}a1` : SERVICE })] }),
  )
  const national = course({ code: SERVICE })
  expect(run(detector, [HOSPITAL, national, ...days]).open).toMatchObject([
    { bucket: `2026-03|${SERVICE}`, evidence: { med_list_codg: SERVICE, days: 4 } },
  ])
  expect(run(detector, [HOSPITAL, national, course({ code: `${SERVICE}a1` }, 'local'), ...days]).open).toEqual([])
})

test('A visit’s uses are remembered for 400 days, and three more for bills that come late', () => {
  const bill = (setl_id: string, setl_time: string, ...days: string[]) =>
    inpatient({ setl_id, mdtrt_id: 'M', setl_time, feedetail: days.map((day) => line(day)) })
  const later = (time: string) => [heartbeat(time), bill('S2', '2027-04-10 10:00:00', FOUR)]
  const first = bill('S1', '2026-03-06 10:00:00', ONE, TWO, THREE)
  expect(run(detector, [...known({ per: 'VISIT' }), first, ...later('2027-04-13 10:09:59')]).open).toHaveLength(1)
  expect(run(detector, [...known({ per: 'VISIT' }), first, ...later('2027-04-13 10:10:00')]).open).toEqual([])
})
