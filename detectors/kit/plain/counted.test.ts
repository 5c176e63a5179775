import { expect, test } from 'vitest'
import { counted } from './counted.ts'

test('One of something is one, and none or several are several', () => {
  expect([0, 1, 2].map((count) => counted(count, 'line'))).toEqual(['0 lines', '1 line', '2 lines'])
  expect(counted(3, 'inconsistency', 'inconsistencies')).toBe('3 inconsistencies')
})
