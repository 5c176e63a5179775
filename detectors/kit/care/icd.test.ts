import { expect, test } from 'vitest'
import { icdCategory, isInIcdRange, isWestern } from './icd.ts'

test('A range holds the categories from its first to its last, whatever follows', () => {
  const held = ['C50.900', 'C51.000', 'C54.9', 'C58', 'C58.x00', 'C59', 'C5', 'D51.000'].filter((code) =>
    isInIcdRange(code, 'C51-C58'),
  )
  expect(held).toEqual(['C51.000', 'C54.9', 'C58', 'C58.x00'])
  expect(icdCategory('J06.900')).toBe('J06')
})

test('Diagnoses of Chinese medicine and empty ones are no ICD codes', () => {
  const codes = ['1', '', '2', '3'].map((diag_type) => isWestern({ diag_type, diag_code: 'N40' }))
  expect(codes).toEqual([true, true, false, false])
  expect(isWestern({ diag_type: '1', diag_code: '' })).toBe(false)
})
