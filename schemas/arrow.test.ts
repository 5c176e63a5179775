import { RecordBatch, Struct, Table, tableFromIPC, tableToIPC, vectorFromArray } from 'apache-arrow'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arrowSchema, arrowSchemaStream } from './arrow.ts'
import { type PackedKind, SHAPES } from './events.ts'
import type { FieldKind, Fields } from './field.ts'
import { createNormaliser } from './normalise.ts'
import { arbitraryEvent, type Wire } from './testing/arbitrary.ts'

const normalise = createNormaliser((value) => value)
const NUMBERS: ReadonlySet<FieldKind> = new Set(['money', 'price', 'quantity', 'ratio', 'integer'])
const kinds = Object.keys(SHAPES) as PackedKind[]

describe.each(kinds)('Arrow streams of kind %s', (kind) => {
  test('Events keep their meaning on the way through the published schema', () => {
    fc.assert(
      fc.property(fc.array(arbitraryEvent(kind, 'national'), { minLength: 1, maxLength: 4 }), (wires) => {
        const rows = [...tableFromIPC(streamOf(kind, wires))].map((row) => JSON.parse(JSON.stringify(row)) as Wire)
        expect(rows.map((row) => normalise(kind, row))).toEqual(wires.map((wire) => normalise(kind, wire)))
      }),
      { numRuns: 10 },
    )
  })

  test('The schema is published as a stream without rows', () => {
    const table = tableFromIPC(arrowSchemaStream(kind))
    expect(table.numRows).toBe(0)
    expect(table.schema.fields.map(({ name }) => name)).toEqual([
      'kind',
      ...Object.keys(SHAPES[kind].fields),
      ...Object.keys(SHAPES[kind].lists),
    ])
  })
})

test('Reference events have a schema, too: their row is JSON', () => {
  const { schema } = tableFromIPC(arrowSchemaStream('reference'))
  expect(schema.fields.map(({ name }) => name)).toEqual([
    ...['kind', 'table', 'id', 'row', 'effective_from', 'effective_to', 'deleted'],
  ])
})

/** The events as a producer writes them: one row each, values in the types of the columns. */
function streamOf(kind: PackedKind, wires: readonly Wire[]): Uint8Array {
  const { fields, lists } = SHAPES[kind]
  const schema = arrowSchema(kind)
  const rows = wires.map((wire) => {
    const nested = Object.entries(lists).map(([name, row]) => [
      name,
      (wire[name] as Wire[] | null | undefined)?.map((each) => typed(row, each)) ?? null,
    ])
    return { kind, ...typed(fields, wire), ...Object.fromEntries(nested) }
  })
  const { data } = vectorFromArray(rows, new Struct(schema.fields))
  return tableToIPC(new Table(data.map((batch) => new RecordBatch(schema, batch))), 'stream')
}

function typed(fields: Fields, row: Wire): Wire {
  return Object.fromEntries(
    Object.entries(fields).map(([name, { kind }]) => {
      const value = row[name] ?? null
      if (value === null) return [name, null]
      return [name, NUMBERS.has(kind) ? Number(value) : String(value)]
    }),
  )
}
