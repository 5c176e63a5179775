import { expect, test } from 'vitest'
import { parseDay } from '../../../schemas/time.ts'
import { type Standing, standingOn } from './standing.ts'

const period = (from: string | undefined, to: string | null, status: Standing) => ({ from, to, status })
const on = (day: string, ...periods: ReturnType<typeof period>[]) => standingOn(periods, parseDay(day))

test('Both ends of a period belong to it, and an absent end is open', () => {
  const year = period('2026-01-01', '2026-12-31', 'active')
  expect(['2025-12-31', '2026-01-01', '2026-12-31', '2027-01-01'].map((day) => on(day, year))).toEqual([
    ...['none', 'active', 'active', 'none'],
  ])
  expect(on('1999-01-01', period(undefined, null, 'active'))).toBe('active')
})

test('A time of day in a period takes nothing from its first and last day', () => {
  const year = period('2026-01-01 00:00:00', '2026-12-31 23:59:59', 'active')
  expect(['2025-12-31', '2026-01-01', '2026-12-31', '2027-01-01'].map((day) => on(day, year))).toEqual([
    ...['none', 'active', 'active', 'none'],
  ])
})

test('Of periods that overlap the one that began last has the last word, in whichever order they are told', () => {
  const long = period('2026-01-01', '2026-12-31', 'active')
  const halt = period('2026-02-01', '2026-03-01', 'suspended')
  const again = period('2026-03-01', null, 'active')
  expect(on('2026-02-15', long, halt)).toBe('suspended')
  expect(on('2026-02-15', halt, long)).toBe('suspended')
  expect(on('2026-03-01', halt, again)).toBe('active')
  expect(on('2026-03-02', long, halt)).toBe('active')
})

test('Of periods that began on one day the active one does', () => {
  const [active, suspended] = [period('2026-01-01', null, 'active'), period('2026-01-01', null, 'suspended')]
  expect(on('2026-01-01', active, suspended)).toBe('active')
  expect(on('2026-01-01', suspended, active)).toBe('active')
})
