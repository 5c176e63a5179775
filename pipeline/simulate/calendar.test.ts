import { describe, expect, it } from 'vitest'
import { Calendar } from './calendar.ts'

const calendar = new Calendar('2024-02-28')

describe('the calendar', () => {
  it('writes moments before and after its first day', () => {
    expect(calendar.text(9 * 3600 + 5)).toBe('2024-02-28 09:00:05')
    expect(calendar.text(2 * 86_400 - 1)).toBe('2024-02-29 23:59:59')
    expect(calendar.text(-1)).toBe('2024-02-27 23:59:59')
  })

  it('knows the days of the week', () => {
    expect([0, 1, 4, -3].map((day) => calendar.weekday(day))).toEqual([3, 4, 0, 0])
  })

  it('finds birthdays, on the 28th where the year has no 29 February', () => {
    expect(calendar.birthday(30, 0)).toBe('1994-02-28')
    expect(new Calendar('2024-03-01').birthday(1, 1)).toBe('2023-02-28')
  })

  it('refuses what is not a day', () => {
    expect(() => new Calendar('2024-13-01')).toThrow(RangeError)
  })
})
