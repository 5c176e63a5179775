import { expect, test } from 'vitest'
import type { Admission } from '../../../schemas/events.ts'
import { DAY } from '../../../schemas/time.ts'
import type { Context, Finding, Visit } from '../../detector.ts'
import { admittedRule } from './admitted.ts'

/** Stays that begin in the first ten days are wrong, and of later ones nobody knows. */
const rule = admittedRule<unknown, unknown>(({ setl_id, begntime }) =>
  begntime! < 10 * DAY ? ({ setl_ids: [setl_id] } as unknown as Finding) : 'REFERENCE_MISSING',
)
const bill = (setl_id: string, day: number) =>
  ({ kind: 'settlement', setl_id, mdtrt_id: 'M', med_class: 'IPT', setl_time: day * DAY, psn_no: 'P1' }) as unknown as Visit
const admitted = (day: number) =>
  ({ kind: 'admission', mdtrt_id: 'M', begntime: day * DAY, psn_no: 'P1' }) as unknown as Admission
/** The last step, each event heard on its day. */
const step = (...events: (Visit | Admission)[]) => {
  let [state, last] = [rule.initial(), undefined as ReturnType<typeof rule.onEvent> | undefined]
  for (const event of events) {
    const watermark = event.kind === 'settlement' ? event.setl_time : event.begntime
    last = rule.onEvent(state, event, { watermark } as Context<unknown>)
    state = last.state ?? state
  }
  return { holds: last!.holds?.flatMap(({ setl_ids }) => setl_ids), skipped: last!.skipped }
}

test('A bill without dates is judged by its admission, whichever comes first', () => {
  expect(step(bill('S', 20))).toEqual({ holds: [], skipped: 'INPUT_MISSING' })
  expect(step(bill('S', 20), admitted(9))).toEqual({ holds: ['S'], skipped: undefined })
  expect(step(admitted(9), bill('S', 20))).toEqual({ holds: ['S'], skipped: undefined })
  expect(step(admitted(10), bill('S', 20))).toEqual({ holds: [], skipped: 'REFERENCE_MISSING' })
})

test('A bill with dates, or of no stay, needs no admission', () => {
  const concerns = (visit: Visit | Admission) => rule.concerns!(visit, {} as Context<unknown>)
  expect(
    [bill('S', 20), { ...bill('S', 20), begntime: 0 }, { ...bill('S', 20), med_class: 'OP' } as Visit, admitted(9)].map(concerns),
  ).toEqual([...[true, false, false, true]])
})

test('What a finding rests on is known also when the stay goes on for years', () => {
  const bills = [bill('S', 20), bill('T', 400), bill('U', 800)]
  expect(step(admitted(9), ...bills)).toEqual({ holds: ['S', 'T', 'U'], skipped: undefined })
})

test('A bill of no visit is its own stay', () => {
  expect(rule.key({ ...bill('S', 20), mdtrt_id: '' })).toBe('S')
})
