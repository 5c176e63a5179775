import { expect, test } from 'vitest'
import { DAY, HOUR, parseInstant } from '../../../schemas/time.ts'
import { byFirstMonth, keptBetween, mostIn, runsOf, spanOf } from './runs.ts'

const MARCH = parseInstant('2026-03-30 12:00:00')
const on = (...days: number[]) => days.map((day, i) => ({ id: String(i), at: MARCH + day * DAY }))
const more = (count: number, days: number) => ({ days, crosses: (window: readonly unknown[]) => window.length > count })
const ids = (runs: readonly (readonly { id: string }[])[]) => runs.map((run) => run.map(({ id }) => id).join(''))

test('A window ends with the calendar day of its newest entry', () => {
  expect(ids(runsOf(on(0, 1), [more(1, 2)]))).toEqual(['01'])
  expect(ids(runsOf(on(0, 2), [more(1, 2)]))).toEqual([])
  const late = [{ id: '0', at: MARCH - 12 * HOUR }, ...on(1).map(({ at }) => ({ id: '1', at: at + 11 * HOUR }))]
  expect(ids(runsOf(late, [more(1, 2)]))).toEqual(['01'])
})

test('Windows that overlap are one run, whichever limit they cross; others are runs of their own', () => {
  expect(ids(runsOf(on(0, 1, 2, 9, 10), [more(1, 2)]))).toEqual(['012', '34'])
  expect(ids(runsOf(on(0, 1, 2, 9, 10), [more(1, 2), more(3, 20)]))).toEqual(['01234'])
})

test('A run belongs to the month of its first entry', () => {
  const runs = runsOf(on(0, 1, 2, 10, 11, 20, 21), [more(1, 2)])
  expect([...byFirstMonth(runs)].map(([month, entries]) => [month, entries.length])).toEqual([
    ['2026-03', 3],
    ['2026-04', 4],
  ])
})

test('What lies between the runs of one month is of their span, and is kept as long as they are', () => {
  const entries = on(-9, -8, -7.9, -6, -3, -2.9, -1, 30)
  const months = byFirstMonth(runsOf(entries, [more(1, 1)]))
  const run = months.get('2026-03')!
  expect(ids([run, spanOf(entries, run)])).toEqual(['1245', '12345'])
  expect(mostIn(spanOf(entries, run), 3, (window) => window.length)).toBe(3)
  const kept = keptBetween(entries, months, 30)
  expect(entries.map((entry) => kept(entry) / DAY)).toEqual([62, ...Array.from({ length: 5 }, () => Infinity), 62, 62])
  expect(keptBetween(entries, new Map(), 30)(entries[0]!)).toBe(31 * DAY)
})

test('The most in so many days is that of the calendar days that end with some entry’s', () => {
  const most = (days: number) => mostIn(on(0, 1, 2, 9), days, (window) => window.length)
  expect([most(1), most(2), most(3), most(10)]).toEqual([1, 2, 3, 4])
})
