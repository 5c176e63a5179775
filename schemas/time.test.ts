import { expect, test } from 'vitest'
import { formatInstant, parseInstant } from './time.ts'

test.each([
  ['2026-03-02 09:31:07', '2026-03-02T09:31:07+08:00'],
  ['2026-03-02T09:31:07-23:59', '2026-03-03T17:30:07+08:00'],
  ['2026-03-02T01:31:07Z', '2026-03-02T09:31:07+08:00'],
])('%s is %s', (written, expected) => {
  expect(formatInstant(parseInstant(written))).toBe(expected)
})

test.each(['2026-03-02T09:31:07+24:00', '2026-03-02T09:31:07+08:60', '2026-03-02T09:31:07-99:00', '20260302T093107+9900'])(
  '%s is no time: no place on earth is so far from Greenwich',
  (written) => {
    expect(parseInstant(written)).toBeNaN()
  },
)
