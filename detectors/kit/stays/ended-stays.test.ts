import { expect, test } from 'vitest'
import { DAY, parseInstant } from '../../../schemas/time.ts'
import type { Context, Visit } from '../../detector.ts'
import { ReferenceBook } from '../../reference.ts'
import { type Ended, endedStays } from './ended-stays.ts'

const part = endedStays<unknown, unknown>({ topic: 'SAMPLE/stays', kept: 400 * DAY })
const context = { root: 'P1', at: 0, reference: new ReferenceBook() } as unknown as Context<unknown>
const at = (time: string) => parseInstant(`2026-03-${time}`)
const bill = (begntime: string, endtime: string, more: object = {}) =>
  ({
    ...{ kind: 'settlement', setl_id: 'S', mdtrt_id: 'M', psn_no: 'P1', med_class: 'IPT', mid_setl_flag: '0', dscg_way: '1' },
    ...{ fixmedins_code: 'H1', admdvs: '990101', insu_admdvs: '990101', fund_pay_sumamt: 100 },
    ...{ begntime: at(begntime), endtime: at(endtime), setl_time: at('20 10:00:00'), ...more },
  }) as unknown as Visit
const told = ({ tells, skipped }: ReturnType<typeof part.onEvent>) => {
  const days = tells?.map(({ of, period, values }) => [of, period, (values as Ended).days, (values as Ended).sign])
  return { days, skipped }
}
const after = (visit: Visit) => told(part.onEvent(part.initial(), visit, context))

test('A stay that has ended is told to its institution under the month of its end, with its days', () => {
  expect(after(bill('01 10:00:00', '05 09:00:00'))).toEqual({ days: [['H1', '2026-03', 4, 1]], skipped: undefined })
  // One that is told by the day alone may end when it began.
  expect(after(bill('05 00:00:00', '05 00:00:00'))).toEqual({ days: [['H1', '2026-03', 1, 1]], skipped: undefined })
})

test('One that ended before it began, or has not ended yet, is not told', () => {
  expect(after(bill('05 10:00:00', '05 09:59:59'))).toEqual({ days: [], skipped: 'INPUT_MISSING' })
  expect(after(bill('01 10:00:00', '05 09:00:00', { mid_setl_flag: '1' }))).toEqual({ days: [], skipped: undefined })
})

test('A void takes back what was told, also of a stay that was forgotten', () => {
  const visit = bill('01 10:00:00', '05 09:00:00')
  const { state } = part.onEvent(part.initial(), visit, context)
  for (const memory of [state!, part.initial()])
    expect(told(part.onVoid!(memory, visit, context)).days).toEqual([['H1', '2026-03', 4, -1]])
})

test('A bill of no visit is its own stay', () => {
  expect(part.key(bill('01 10:00:00', '05 09:00:00', { mdtrt_id: '' }))).toBe('S')
})
