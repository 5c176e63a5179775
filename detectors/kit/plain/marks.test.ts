import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hiding } from './marks.ts'

const { hide, show } = hiding('|;')

test('A name without marks is written as it is, and marks as an address would write them', () => {
  expect(['S900000236835', '医院,1', 'a|b;c%7C'].map(hide)).toEqual(['S900000236835', '医院,1', 'a%7Cb%3Bc%257C'])
})

test('Whatever a name holds, it hides its marks and is read again as it was', () => {
  const name = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('|', ';', '%', '2', '5', '7', 'C', '院') }))
  fc.assert(
    fc.property(name, (one) => {
      expect(hide(one)).not.toMatch(/[|;]/)
      expect(show(hide(one))).toBe(one)
    }),
  )
})
