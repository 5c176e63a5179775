import { expect, test } from 'vitest'
import { itemsNamed, withOthers } from './items-named.ts'

const lines = (...codes: string[]) => codes.map((code) => ({ med_list_codg: code, name: `项目${code}` }))

test('One item is named alone, on however many lines it stands', () => {
  for (const language of ['zh', 'en'] as const) {
    expect(itemsNamed(lines('A', 'A'), language)).toBe('项目A')
    expect(withOthers(['A', 'A'], language)).toBe('')
  }
})

test('Of several the first is named, and each other one is counted once', () => {
  expect(itemsNamed(lines('A', 'B', 'A'), 'zh')).toBe('项目A等2项')
  expect(itemsNamed(lines('A', 'B', 'A'), 'en')).toBe('项目A and 1 other item')
  expect(itemsNamed(lines('A', 'B', 'C', 'B'), 'en')).toBe('项目A and 2 other items')
  expect(withOthers(['A', 'B', 'A'], 'zh')).toBe('连同另1项，')
  expect(withOthers(['A', 'B', 'A'], 'en')).toBe('with 1 other item, ')
  expect(withOthers(['A', 'B', 'C'], 'en')).toBe('with 2 other items, ')
})

test('Of no line nothing is named', () => {
  expect(itemsNamed([], 'zh')).toBe('')
  expect(withOthers([], 'en')).toBe('')
})
