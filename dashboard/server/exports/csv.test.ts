import { expect, it } from 'vitest'
import { type Column, csvOf } from './csv.ts'

interface Row {
  readonly text: string
  readonly yuan: number
}
const COLUMNS: readonly Column<Row>[] = [
  { zh: '名称', en: 'name', value: ({ text }) => text },
  { zh: '金额', en: 'amount', value: ({ yuan }) => yuan },
]
const lines = (...rows: Row[]) => csvOf(COLUMNS, rows, 'zh', ['end']).slice(1).split('\r\n')

it('begins with the mark by which spreadsheets know its letters, and ends with what the file is', () => {
  const csv = csvOf(COLUMNS, [], 'en', ['# 0 rows'])
  expect(csv).toBe('\uFEFFname,amount\r\n# 0 rows\r\n')
})

it('keeps separators, quotes and line breaks inside their cell', () => {
  expect(lines({ text: '一,"二"\n三', yuan: 1 }).slice(1, 2)).toEqual(['"一,""二""\n三",1'])
})

it('lets no text be taken for a formula, and leaves negative numbers alone', () => {
  for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1']) expect(lines({ text, yuan: -2.5 })[1]).toBe(`'${text},-2.5`)
})
