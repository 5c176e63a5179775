import { Bool, Field as Column, type DataType, Float64, List, Schema, Struct, Table, tableToIPC, Utf8 } from 'apache-arrow'
import { type EventKind, SHAPES } from './events.ts'
import type { Field, FieldKind, Fields } from './field.ts'

/**
 * The columns of an Arrow stream that carries one kind of event. A row says what a line of JSON would: times are text in
 * either accepted form, amounts are yuan. The row of a reference event is JSON, because each table has columns of its own.
 */
export function arrowSchema(kind: EventKind): Schema {
  if (kind === 'reference') return new Schema(REFERENCE)
  const { fields, lists } = SHAPES[kind]
  const nested = Object.entries(lists).map(([name, rows]) => {
    const row = new Column('row', new Struct(columnsOf(rows)), false)
    return new Column(name, new List(row), true)
  })
  return new Schema([new Column('kind', new Utf8(), false), ...columnsOf(fields), ...nested])
}

/** The same as an IPC stream without rows. */
export function arrowSchemaStream(kind: EventKind): Uint8Array {
  return tableToIPC(new Table(arrowSchema(kind)), 'stream')
}

function columnsOf(fields: Fields): Column[] {
  return Object.entries(fields).map(([name, { kind, required }]: [string, Field]) => new Column(name, TYPES[kind], !required))
}

const TEXT = new Utf8()
const NUMBER = new Float64()
const TYPES: Record<FieldKind, DataType> = {
  id: TEXT,
  code: TEXT,
  text: TEXT,
  money: NUMBER,
  price: NUMBER,
  quantity: NUMBER,
  ratio: NUMBER,
  integer: NUMBER,
  instant: TEXT,
  day: TEXT,
}

const REFERENCE = [
  ...['kind', 'table', 'id', 'row'].map((name) => new Column(name, TEXT, name === 'row')),
  ...['effective_from', 'effective_to'].map((name) => new Column(name, TEXT, true)),
  new Column('deleted', new Bool(), true),
]
