import { expect, test } from 'vitest'
import { formatDay, parseDay } from '../../../schemas/time.ts'
import { ReferenceBook } from '../../reference.ts'
import { dayAfterMonth, endOfMonth, firstDayOf, isWorkday, monthOf, monthsAfter, yearOf } from './calendar.ts'

test('Months have a first day, an end and neighbours, also across the year', () => {
  expect(monthOf(parseDay('2026-02-28'))).toBe('2026-02')
  expect(yearOf(parseDay('2026-02-28'))).toBe('2026')
  expect(formatDay(firstDayOf('2026-02'))).toBe('2026-02-01')
  expect(formatDay(dayAfterMonth('2024-02'))).toBe('2024-03-01')
  expect(endOfMonth('2025-12')).toBe(Date.parse('2026-01-01T00:00:00+08:00'))
  expect([-25, -12, -1, 0, 1, 11].map((months) => monthsAfter('2026-01', months))).toEqual([
    ...['2023-12', '2025-01', '2025-12', '2026-01', '2026-02', '2026-12'],
  ])
})

test('Monday to Friday are workdays unless the calendar says otherwise', () => {
  const book = new ReferenceBook()
  const of = (date: string) => isWorkday(parseDay(date), book)
  expect(['2026-03-02', '2026-03-06', '2026-03-07', '2026-03-08'].map(of)).toEqual([true, true, false, false])
  const always = { effective_from: undefined, effective_to: undefined }
  book.put('calendar', { id: '2026-03-02', row: { workday: false }, ...always }, false)
  book.put('calendar', { id: '2026-03-07', row: { workday: true }, ...always }, false)
  expect(['2026-03-02', '2026-03-07'].map(of)).toEqual([false, true])
})
