import { expect, test } from 'vitest'
import { parseInstant } from '../../schemas/time.ts'
import { heartbeat, settlement, voidOf } from '../testing/events.ts'
import { run } from '../testing/scenario.ts'
import detector from './mgt-15.ts'

const many = (count: number, name: string, more: object = {}) =>
  Array.from({ length: count }, (_, i) => {
    const clock = `${String(8 + Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}:00`
    return settlement({ setl_id: `${name}${String(i).padStart(3, '0')}`, setl_time: `2026-03-02 ${clock}`, ...more })
  })
const faulty = (count: number) => many(count, 'F', { diseinfo: [] })
const OVER = heartbeat('2026-03-07 00:00:00')
const found = (...events: object[]) => run(detector, events as never).open

test('More than five per cent of at least fifty records of a day, with samples', () => {
  expect(found(...many(57, 'S'), ...faulty(3), OVER)).toEqual([])
  const open = found(...many(56, 'S'), ...faulty(3), OVER)
  expect(open).toMatchObject([
    {
      ...{
        subject: { type: 'institution', id: 'H99010100001' },
        bucket: '2026-03-02',
        severity: 4,
        result: 'indicator',
        vola_amt: 0,
      },
      ...{ count: 3, setl_ids: ['F000', 'F001', 'F002'], setl_count: 3, psn_no: '' },
      at: parseInstant('2026-03-02 23:59:59'),
    },
  ])
  expect(open[0]!.evidence).toEqual({
    ...{ day: '2026-03-02', settlements: 59, faulty: 3, rate: 5.1 },
    faults: [{ fault: 'DIAGNOSIS_MISSING', count: 3, samples: ['F000', 'F001', 'F002'] }],
  })
  expect(detector.explain(open[0]!.evidence, 'zh')).toBe('2026-03-02结算59笔，3笔信息异常（5.1%），最多为用药无诊断3笔。')
  expect(detector.audience).toBe('data_contact')
})

test('Forty-nine records are too few, fifty are not', () => {
  expect(found(...many(40, 'S'), ...faulty(9), OVER)).toEqual([])
  expect(found(...many(40, 'S'), ...faulty(10), OVER)).toHaveLength(1)
})

test('A day is judged when the last of it can have come', () => {
  const day = [...many(40, 'S'), ...faulty(10)]
  expect(found(...day, heartbeat('2026-03-06 00:09:59'))).toEqual([])
  expect(found(...day, heartbeat('2026-03-06 00:10:00'))).toHaveLength(1)
})

test('Days and institutions are judged apart; the most frequent fault comes first', () => {
  const elsewhere = many(50, 'E', { fixmedins_code: 'H2' })
  expect(found(...many(25, 'S'), ...faulty(20), ...elsewhere, OVER)).toEqual([])
  const both = many(4, 'B', { gend: '7', diseinfo: [] })
  const { evidence } = found(...many(40, 'S'), ...faulty(6), ...both, OVER)[0]!
  expect(
    evidence.faults.map(({ fault, count, samples }: { fault: string; count: number; samples: string[] }) => [
      fault,
      count,
      samples.length,
    ]),
  ).toEqual([
    ['DIAGNOSIS_MISSING', 10, 5],
    ['GENDER_UNKNOWN', 4, 4],
  ])
  const alike = [...many(5, 'B', { gend: '7' }), ...faulty(5)]
  for (const events of [alike, alike.toReversed()])
    expect(found(...many(40, 'S'), ...events, OVER)[0]!.evidence.faults).toMatchObject([
      { fault: 'DIAGNOSIS_MISSING', count: 5 },
      { fault: 'GENDER_UNKNOWN', count: 5 },
    ])
})

test('A void takes its record out, also when the day is over', () => {
  const bad = faulty(4)
  const day = [...many(56, 'S'), ...bad]
  expect(found(...day, voidOf(bad[0]!, '2026-03-02 20:00:00'), OVER)).toMatchObject([
    { count: 3, evidence: { settlements: 59, faults: [{ count: 3, samples: ['F001', 'F002', 'F003'] }] } },
  ])
  const [other] = many(1, 'G', { gend: '7' })
  expect(found(...day, other!, voidOf(other!, '2026-03-02 20:00:00'), OVER)[0]!.evidence.faults).toMatchObject([
    { fault: 'DIAGNOSIS_MISSING', count: 4 },
  ])
  const { open, retracted } = run(detector, [
    ...day,
    OVER,
    voidOf(bad[0]!, '2026-03-08 20:00:00'),
    voidOf(bad[1]!, '2026-03-08 20:01:00'),
  ])
  expect([open.length, retracted.length]).toEqual([0, 1])
})

test('A void that leaves more than five per cent faulty is judged until forty days after the day was closed', () => {
  const fine = many(57, 'S')
  const voided = (time: string) => found(...fine, ...faulty(3), OVER, voidOf(fine[0]!, `2026-04-15 ${time}`))
  expect(voided('00:09:59')).toMatchObject([{ count: 3, evidence: { settlements: 59 } }])
  expect(voided('00:10:00')).toEqual([])
})
