import { expect, test } from 'vitest'
import { whyOf } from './why.ts'

test('A sentence of sixty characters is its own reason', () => {
  const sentence = `${'一'.repeat(59)}。`
  expect(whyOf(sentence)).toBe(sentence)
})

test('A longer one ends before the part that does not fit: half an amount would be another', () => {
  const sentence = '2026-08-08在H62010200001入院时仍在H62010300003住院，重叠24小时，后一次住院基金2118.45元。'
  expect(sentence.slice(0, 59)).toMatch(/基金21$/)
  expect(whyOf(sentence)).toBe('2026-08-08在H62010200001入院时仍在H62010300003住院，重叠24小时…')
})

test('Without a mark it is cut where it must be, but in no number', () => {
  expect(whyOf('一'.repeat(61))).toBe(`${'一'.repeat(59)}…`)
  expect(whyOf(`${'一'.repeat(56)}12.34元`)).toBe(`${'一'.repeat(56)}…`)
})
