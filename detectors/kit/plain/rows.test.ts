import { expect, test } from 'vitest'
import { FIELD, ROW, rowsIn, withoutRow, written } from './rows.ts'

const text = (...rows: string[][]) => rows.map((row) => row.map(written).join(FIELD) + ROW).join('')

test('Rows are read as they were written, whatever signs their fields have', () => {
  const rows = [['S|1;%7C', '', 'a'], ['', '%3B;', '|'], ['S2']]
  expect(rowsIn(text(...rows))).toEqual(rows)
  expect(rowsIn('')).toEqual([])
  // A field that is nothing but the sign of a sign is left to who writes rows.
  expect(rowsIn(`a${FIELD}%${ROW}`)).toEqual([['a', '%']])
})

test('A row is taken out by its first field alone', () => {
  const [first, second, third] = [
    ['1', 'x'],
    ['11', '1'],
    ['|1', '1'],
  ] as [string[], string[], string[]]
  const all = text(first, second, third)
  expect(withoutRow(all, '1')).toBe(text(second, third))
  expect(withoutRow(all, '11')).toBe(text(first, third))
  expect(withoutRow(all, '|1')).toBe(text(first, second))
  expect(withoutRow(all, 'x')).toBe(all)
  expect(withoutRow('', '1')).toBe('')
})
