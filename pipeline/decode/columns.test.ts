import { expect, test } from 'vitest'
import { settlement } from '../../detectors/testing/events.ts'
import { decoded } from '../store/testing/encoded.ts'
import { ColumnWriter, type EncodedTables } from './columns.ts'

/** The values of a column, text as the bytes say it. */
function valuesOf({ tables }: EncodedTables, table: string, column: string): (string | number)[] {
  const { values, offsets } = tables.find((each) => each.table === table)!.columns.find(({ name }) => name === column)!
  if (!offsets) return [...values]
  const bytes = Buffer.from(values)
  return Array.from({ length: offsets.length - 1 }, (_, i) => bytes.toString('utf8', offsets[i], offsets[i + 1]))
}

function write(writer: ColumnWriter, wires: readonly object[]): EncodedTables {
  wires.forEach((wire, row) => {
    const { event, raw } = decoded(wire)
    writer.add(event, row, raw)
  })
  return writer.finish()
}

test('Byte strings become the text that they stand for', () => {
  const wire = settlement({ setl_id: '结算𠮷é' })
  const tables = write(new ColumnWriter(), [wire])
  expect(valuesOf(tables, 'settlement', 'setl_id')).toEqual(['结算𠮷é'])
  expect(valuesOf(tables, 'raw_event', 'raw')).toEqual([JSON.stringify(wire)])
})

test('Every line carries its header and the row of its event', () => {
  const lines = (count: number) => Array.from({ length: count }, () => ({}))
  const wires = [
    settlement({ setl_id: 'A', feedetail: lines(2) }),
    settlement({ setl_id: 'B', feedetail: [] }),
    settlement({ setl_id: 'C' }),
  ]
  const tables = write(new ColumnWriter(), wires)
  expect(valuesOf(tables, 'fee_line', '_row')).toEqual([0, 0, 2])
  expect(valuesOf(tables, 'fee_line', 'setl_id')).toEqual(['A', 'A', 'C'])
  expect(valuesOf(tables, 'settlement', 'line_count')).toEqual([2, 0, 1])
})

test('Amounts are whole fen, prices whole millionths, quantities whole ten-thousandths, and what is missing is NaN', () => {
  const tables = write(new ColumnWriter(), [settlement({ feedetail: [{ cnt: 0.29, pric: 12.345678, inscp_scp_amt: null }] })])
  expect(valuesOf(tables, 'fee_line', 'cnt')).toEqual([2900])
  expect(valuesOf(tables, 'fee_line', 'pric')).toEqual([12_345_678])
  expect(valuesOf(tables, 'fee_line', 'det_item_fee_sumamt')).toEqual([358])
  expect(valuesOf(tables, 'fee_line', 'inscp_scp_amt')).toEqual([Number.NaN])
})

test('A writer grows as needed, and begins anew after each chunk', () => {
  const writer = new ColumnWriter()
  const chunk = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, i) => settlement({ setl_id: `${prefix}${i}` }))
  for (const [prefix, count] of [
    ['a', 3],
    ['b', 3000],
    ['c', 1],
    ['d', 700],
  ] as const) {
    const tables = write(writer, chunk(prefix, count))
    expect(valuesOf(tables, 'settlement', 'setl_id')).toEqual(Array.from({ length: count }, (_, i) => `${prefix}${i}`))
    expect(valuesOf(tables, 'fee_line', '_row')).toEqual(Array.from({ length: count }, (_, i) => i))
  }
})

test('What a worker hands over arrives whole in another thread, and stays its own', () => {
  const writer = new ColumnWriter()
  const wires = [settlement({ setl_id: 'A' }), settlement({ setl_id: 'B' })]
  const tables = write(writer, wires)
  const before = valuesOf(tables, 'raw_event', 'raw')
  const arrived = structuredClone(tables, { transfer: [...tables.transfer] })
  write(writer, wires)
  expect(valuesOf(arrived, 'raw_event', 'raw')).toEqual(before)
  expect(tables.tables[0]!.columns[0]!.values.length).toBe(0)
})

test('A chunk without events has no tables', () => {
  expect(new ColumnWriter().finish()).toEqual({ tables: [], transfer: [] })
})
