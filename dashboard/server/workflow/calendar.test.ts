import { expect, test } from 'vitest'
import { formatInstant, parseDay, parseInstant } from '../../../schemas/time.ts'
import { afterWorkdays } from './calendar.ts'

const end = (from: string, n: number, days: [string, boolean][] = []) =>
  formatInstant(afterWorkdays(parseInstant(from), n, new Map(days.map(([day, works]) => [parseDay(day), works]))))

test('A term begins on the next day, skips the weekend, and ends with its last day', () => {
  expect(end('2026-01-05 23:59:59', 5)).toBe('2026-01-13T00:00:00+08:00')
  expect(end('2026-01-09 08:00:00', 1)).toBe('2026-01-13T00:00:00+08:00')
})

test('The calendar of reference rows decides on holidays and on the Sundays that are worked for them', () => {
  expect(
    end('2026-02-13 09:00:00', 2, [
      ['2026-02-14', true],
      ['2026-02-16', false],
      ['2026-02-17', false],
    ]),
  ).toBe('2026-02-19T00:00:00+08:00')
})
