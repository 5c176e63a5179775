import { expect, test } from 'vitest'
import { type Day, formatDay, SECOND, startOfDay } from '../../../schemas/time.ts'
import type { Context, Finding, Step, Told, Visit } from '../../detector.ts'
import { baselineParts } from './day-baseline.ts'
import type { Distribution } from './histogram.ts'

const [judging, , window] = baselineParts<Visit, { readonly id: string; readonly at: number }, unknown, unknown>({
  ...{ topic: 'SAMPLE', on: ['settlement'], quantiles: [1], groupOf: () => 'G', hears: () => true, valuesOf: () => [1] },
  at: ({ setl_time }) => setl_time,
  remember: ({ setl_id: id, setl_time: at }) => ({ id, at }),
  judge: ({ id }) => ({ subject: { type: 'settlement', id }, bucket: '' }) as unknown as Finding,
  bucketsOf: ({ setl_id: id }) => [{ subject: { type: 'settlement', id }, bucket: '' }],
})
const told = (topic: string, day: Day, values: unknown): Told => {
  return { kind: 'told', topic: `SAMPLE/${topic}`, of: 'G', period: formatDay(day), at: 0, admdvs: '', values }
}
const MONDAY = 20_514

test('A baseline holds the values of thirty days', () => {
  const first = window.onEvent(window.initial(), told('day', MONDAY, [100, 1]), {} as Context<unknown>)
  const n = (day: Day) => {
    const { tells } = window.onEvent(first.state!, told('day', day, [100, 1]), {} as Context<unknown>)
    return (tells![0]!.values as Distribution).n
  }
  expect([n(MONDAY + 29), n(MONDAY + 30)]).toEqual([2, 1])
})

const visit = (setl_id: string, day: Day) => ({ kind: 'settlement', setl_id, setl_time: startOfDay(day) }) as Visit
const known = judging.onEvent(judging.initial(), told('baseline', MONDAY, { n: 9 }), {} as Context<unknown>).state!
const seenFrom = (watermark: number) => ({ watermark, at: watermark, root: 'G' }) as Context<unknown>
const named = ({ touched }: Step<unknown>) => touched?.map(({ subject, holds }) => [subject.id, holds !== undefined])
/** From then on what is known of the days before is told. */
const judgedFrom = (day: Day) => startOfDay(day) + SECOND

test('An event waits for its own day, and those of later days go on waiting', () => {
  let step: Step<typeof known> = { state: known }
  for (const one of [visit('A', MONDAY + 4), visit('B', MONDAY + 5), visit('C', MONDAY + 5)])
    step = judging.onEvent(step.state!, one, seenFrom(judgedFrom(MONDAY + 4) - 1))
  expect([step.touched, step.wakeAt]).toEqual([undefined, judgedFrom(MONDAY + 4)])
  step = judging.onTime!(step.state!, seenFrom(judgedFrom(MONDAY + 4)))
  expect([named(step), step.wakeAt]).toEqual([[['A', true]], judgedFrom(MONDAY + 5)])
  step = judging.onVoid!(step.state!, visit('B', MONDAY + 5), seenFrom(0))
  expect(named(step)).toEqual([['B', false]])
  step = judging.onTime!(step.state!, seenFrom(judgedFrom(MONDAY + 5)))
  expect([named(step), step.wakeAt]).toEqual([[['C', true]], undefined])
})

test('One that comes when its day has begun is judged at once', () => {
  const step = judging.onEvent(known, visit('A', MONDAY + 4), seenFrom(judgedFrom(MONDAY + 4)))
  expect([named(step), step.wakeAt]).toEqual([[['A', true]], undefined])
})
