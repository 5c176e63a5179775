import { expect, test } from 'vitest'
import { parseInstant } from '../../schemas/time.ts'
import { type Context, type Part, type Told, UNCHANGED, type Visit } from '../detector.ts'
import { ReferenceBook } from '../reference.ts'
import { HEADS, headsPart } from './ano-14.heads.ts'
import detector from './ano-14.ts'

const context = {
  ...{ root: '', at: parseInstant('2026-03-20 10:00:00'), watermark: 0, history_from: 0 },
  reference: new ReferenceBook(),
} as unknown as Context<unknown>
const visit = (setl_id: string, more: object = {}) =>
  ({
    ...{
      kind: 'settlement',
      setl_id,
      psn_no: 'P1',
      fixmedins_code: 'H1',
      admdvs: '990101',
      insu_admdvs: '990101',
      med_class: 'OP',
    },
    ...{ setl_time: parseInstant('2026-03-02 10:00:00'), medfee_sumamt: 123, feedetail: [], items: [], drug_trac_info: [] },
    ...more,
  }) as unknown as Visit
const once = headsPart.onEvent(headsPart.initial(), visit('S1'), context)
const twice = headsPart.onEvent(once.state!, visit('S2'), context)
const takeBack = (times: number, setl_id: string) => headsPart.onVoid!(times, visit(setl_id), context)

test('Of two visits of a person in a month the institution is told once', () => {
  const head = { kind: 'told', topic: HEADS, of: 'H1', period: '2026-03', at: context.at, admdvs: '990101', values: 1 }
  expect(once.tells).toEqual([head])
  expect(twice).toEqual({ state: 2, forgetAt: parseInstant('2027-05-06 00:00:00') })
})

test('Who has come twice, and has one visit taken back, has come; who has come once has not', () => {
  expect(takeBack(twice.state!, 'S2')).toEqual({ state: 1, forgetAt: once.forgetAt })
  expect(takeBack(once.state!, 'S1')).toMatchObject({ state: undefined, tells: [{ of: 'H1', values: -1, back: true }] })
  // Long forgotten.
  expect(takeBack(headsPart.initial(), 'S1')).toBe(UNCHANGED)
})

test('Each month of each institution is by itself, and a settlement of nothing is no visit', () => {
  const april = { setl_time: parseInstant('2026-04-01 00:00:00') }
  const keys = [visit('S1'), visit('S2', april), visit('S3', { fixmedins_code: 'H2' })].map((one) => headsPart.key(one))
  expect(keys).toEqual(['H1|2026-03', 'H1|2026-04', 'H2|2026-03'])
  const free = visit('S4', { medfee_sumamt: 0 })
  expect(headsPart.concerns!(visit('S1'), context)).toBe(true)
  expect(headsPart.concerns!(free, context)).toBe(false)
  expect(headsPart.onVoid!(1, free, context)).toBe(UNCHANGED)
})

test('The memory of a busy institution does not grow with those who come', () => {
  const month = detector.parts.find(({ name }) => name === '') as Part<Visit | Told, any, unknown, unknown>
  const sizeAfter = (persons: number) => {
    let state = month.initial()
    for (let i = 0; i < persons; i++) {
      const one = visit(`S${String(i).padStart(4, '0')}`, { psn_no: `P${i}` })
      state = month.onEvent(state, one, context).state
      for (const told of headsPart.onEvent(0, one, context).tells!) state = month.onEvent(state, told, context).state
    }
    expect(state.tally).toMatchObject({ settlements: persons, heads: persons })
    return JSON.stringify(month.form!.pack(state)).length
  }
  expect(sizeAfter(1000) - sizeAfter(100)).toBeLessThan(10)
})
