import { type Event, eventTime, ownIdOf, type Reference, type Settlement, SHAPES } from '../../schemas/events.ts'
import type { FieldKind, Fields } from '../../schemas/field.ts'
import { TABLES, type Table } from '../../schemas/tables.ts'
import { type EncodedColumn, NumberColumn, TextColumn } from './column.ts'
import type { TextTable } from './texts.ts'
import type { ReadList, ReadSettlement } from './usual-line.ts'

type EventTable = 'raw_event' | 'settlement' | 'fee_line' | 'trace_use' | 'void' | 'stay_event' | 'inventory' | 'reference_row'

/**
 * Rows of one table. Every table has a column `_row`, the row of the event in its chunk, by which rows of duplicates are
 * left out when the table is written. How each column becomes its ClickHouse type is said in `store/column-sql.ts`.
 */
export interface EncodedTable {
  readonly table: EventTable
  readonly rows: number
  readonly columns: readonly EncodedColumn[]
}
/** What a worker made of a chunk; structured-cloneable. Tables without rows are absent. */
export interface EncodedTables {
  readonly tables: readonly EncodedTable[]
  /** The memory of the tables, to be transferred with them. */
  readonly transfer: readonly ArrayBuffer[]
}

/** Between the diagnoses of one settlement: a column of the door is flat. */
export const LIST_SEPARATOR = '\x1f'
/** Quantities and ratios carry four decimals: written as whole ten-thousandths, so that they become decimals exactly. */
const QUANTITY_SCALE = 10_000

const ONE = Uint8Array.of(49)
const TEXT_KINDS: ReadonlySet<FieldKind> = new Set(['id', 'code', 'text'])
const SCALED_KINDS: ReadonlySet<FieldKind> = new Set(['quantity', 'ratio'])

type Fill = (columns: object, event: object, inner?: object) => void

/**
 * Writes out the copying of an event's fields into a table's columns as source text, for the reason given in
 * `schemas/normalise.ts`: fixed property accesses are several times as fast as a loop over names.
 */
function compileFill(table: Table, event: Fields, inner: Fields = {}): Fill {
  const statements = Object.entries(table.columns).flatMap(([name, { field }]) => {
    if (!field) return []
    const value = inner[name] === field ? `inner.${name}` : event[name] === field ? `event.${name}` : undefined
    if (value === undefined) throw new Error(`No event has the field of column ${name}.`)
    return `columns.${name}.push(${SCALED_KINDS.has(field.kind) ? `Math.round(${value} * ${QUANTITY_SCALE})` : value})`
  })
  return new Function('columns', 'event', 'inner', statements.join('\n')) as Fill
}

type FillRead = (columns: object, texts: TextTable, header: Float64Array, rows?: Float64Array, base?: number) => void

/** As `compileFill`, from the flat arrays of a settlement that was read from its bytes. */
function compileFillRead(table: Table, event: Fields, inner: Fields = {}): FillRead {
  const slotIn = (fields: Fields, name: string) => Object.keys(fields).indexOf(name)
  const statements = Object.entries(table.columns).flatMap(([name, { field }]) => {
    if (!field) return []
    const value = inner[name] === field ? `rows[base + ${slotIn(inner, name)}]` : `header[${slotIn(event, name)}]`
    if (TEXT_KINDS.has(field.kind)) {
      return `{ const i = ${value}; columns.${name}.pushRange(texts.bytes, texts.startOf(i), texts.endOf(i)) }`
    }
    return `columns.${name}.push(${SCALED_KINDS.has(field.kind) ? `Math.round(${value} * ${QUANTITY_SCALE})` : value})`
  })
  return new Function('columns', 'texts', 'header', 'rows', 'base', statements.join('\n')) as FillRead
}

const { settlement, inventory } = SHAPES
const fillReadSettlement = compileFillRead(TABLES.settlement, settlement.fields)
const fillReadFeeLine = compileFillRead(TABLES.fee_line, settlement.fields, settlement.lists.feedetail)
const fillReadTraceUse = compileFillRead(TABLES.trace_use, settlement.fields, settlement.lists.drug_trac_info)
const slotsOf = (fields: Fields, ...names: string[]) => names.map((name) => Object.keys(fields).indexOf(name))
const [SETL_ID, SETL_TIME] = slotsOf(settlement.fields, 'setl_id', 'setl_time') as [number, number]
const [DIAG_CODE, MAINDIAG_FLAG] = slotsOf(settlement.lists.diseinfo, 'diag_code', 'maindiag_flag') as [number, number]
const [DIAGNOSES, , LINES, TRACES] = Object.keys(settlement.lists).map((_, i) => i) as [number, number, number, number]
const fillSettlement = compileFill(TABLES.settlement, settlement.fields)
const fillFeeLine = compileFill(TABLES.fee_line, settlement.fields, settlement.lists.feedetail)
const fillTraceUse = compileFill(TABLES.trace_use, settlement.fields, settlement.lists.drug_trac_info)
const fillVoid = compileFill(TABLES.void, SHAPES.void.fields)
const fillStayEvent = compileFill(TABLES.stay_event, SHAPES.admission.fields)
const fillInventory = compileFill(TABLES.inventory, inventory.fields)

type Open<Extra> = Record<string, TextColumn | NumberColumn> & { readonly _row: NumberColumn } & Extra

/** The columns of a table that repeat an event's fields, and those that are computed here. */
function open<Extra extends Record<string, TextColumn | NumberColumn>>(table: Table, extra: Extra): Open<Extra> {
  const columns: Record<string, TextColumn | NumberColumn> = { _row: new NumberColumn('_row') }
  for (const [name, { field }] of Object.entries(table.columns)) {
    if (field) columns[name] = TEXT_KINDS.has(field.kind) ? new TextColumn(name) : new NumberColumn(name)
  }
  return Object.assign(columns, extra) as Open<Extra>
}

/** Collects the columns of chunks' events, one chunk after the other, in the worker that decodes them. */
export class ColumnWriter {
  readonly #rawEvent = open(TABLES.raw_event, {
    kind: new TextColumn('kind'),
    id: new TextColumn('id'),
    event_time: new NumberColumn('event_time'),
    raw: new TextColumn('raw'),
  })
  readonly #settlement = open(TABLES.settlement, {
    main_diag_code: new TextColumn('main_diag_code'),
    diag_codes: new TextColumn('diag_codes'),
    line_count: new NumberColumn('line_count'),
  })
  readonly #feeLine = open(TABLES.fee_line, {})
  readonly #traceUse = open(TABLES.trace_use, {})
  readonly #void = open(TABLES.void, {})
  readonly #stayEvent = open(TABLES.stay_event, { kind: new TextColumn('kind'), time: new NumberColumn('time') })
  readonly #inventory = open(TABLES.inventory, {})
  readonly #referenceRow = open(TABLES.reference_row, {
    table: new TextColumn('table'),
    id: new TextColumn('id'),
    effective_from: new NumberColumn('effective_from'),
    effective_to: new NumberColumn('effective_to'),
    deleted: new NumberColumn('deleted'),
    row: new TextColumn('row'),
  })

  /**
   * @param row the event's row in the chunk
   * @param raw the event as received, identity data replaced; copied
   */
  add(event: Event, row: number, raw: Uint8Array): void {
    this.#addRaw(event, row, raw)
    switch (event.kind) {
      case 'settlement':
        this.#addSettlement(event, row)
        break
      case 'void':
        this.#void._row.push(row)
        fillVoid(this.#void, event)
        break
      case 'admission':
      case 'discharge':
        this.#stayEvent._row.push(row)
        this.#stayEvent.kind.push(event.kind)
        this.#stayEvent.time.push(eventTime(event))
        fillStayEvent(this.#stayEvent, event)
        break
      case 'inventory':
        this.#inventory._row.push(row)
        fillInventory(this.#inventory, event)
        break
      case 'reference':
        this.#addReference(event, row)
        break
    }
  }

  /** A settlement that was read from its bytes. */
  addRead({ header, lists }: ReadSettlement, texts: TextTable, row: number, raw: Uint8Array): void {
    const id = header[SETL_ID]!
    const event = this.#rawEvent
    event._row.push(row)
    event.kind.push('settlement')
    event.id.pushRange(texts.bytes, texts.startOf(id), texts.endOf(id))
    event.event_time.push(header[SETL_TIME])
    event.raw.pushBytes(raw)
    this.#settlement._row.push(row)
    fillReadSettlement(this.#settlement, texts, header)
    this.#addReadDiagnoses(lists[DIAGNOSES]!, texts)
    const lines = lists[LINES]!
    this.#settlement.line_count.push(lines.count)
    for (let i = 0; i < lines.count; i++) {
      this.#feeLine._row.push(row)
      fillReadFeeLine(this.#feeLine, texts, header, lines.rows, i * lines.width)
    }
    const traces = lists[TRACES]!
    for (let i = 0; i < traces.count; i++) {
      this.#traceUse._row.push(row)
      fillReadTraceUse(this.#traceUse, texts, header, traces.rows, i * traces.width)
    }
  }

  #addReadDiagnoses({ rows, count, width }: ReadList, texts: TextTable): void {
    const { diag_codes, main_diag_code } = this.#settlement
    let main = 0
    for (let i = 0; i < count; i++) {
      const code = rows[i * width + DIAG_CODE]!
      diag_codes.partRange(texts.bytes, texts.startOf(code), texts.endOf(code))
      diag_codes.part(LIST_SEPARATOR)
      if (main === 0 && texts.is(rows[i * width + MAINDIAG_FLAG]!, ONE, 0, 1)) main = code
    }
    diag_codes.endRow()
    main_diag_code.pushRange(texts.bytes, texts.startOf(main), texts.endOf(main))
  }

  finish(): EncodedTables {
    const open: Record<EventTable, Open<object>> = {
      raw_event: this.#rawEvent,
      settlement: this.#settlement,
      fee_line: this.#feeLine,
      trace_use: this.#traceUse,
      void: this.#void,
      stay_event: this.#stayEvent,
      inventory: this.#inventory,
      reference_row: this.#referenceRow,
    }
    const tables = Object.entries(open)
      .filter(([, { _row }]) => _row.rows > 0)
      .map(([table, columns]) => ({
        table: table as EventTable,
        rows: columns._row.rows,
        columns: Object.values(columns).map((column) => column.take()),
      }))
    return { tables, transfer: tables.flatMap(({ columns }) => columns.flatMap(memoryOf)) }
  }

  #addRaw(event: Event, row: number, raw: Uint8Array): void {
    const columns = this.#rawEvent
    columns._row.push(row)
    columns.kind.push(event.kind)
    if (event.kind === 'reference') columns.id.pushBytes(Buffer.from(`${event.table}/${event.id}`))
    else columns.id.push(ownIdOf(event))
    columns.event_time.push(event.kind === 'reference' ? undefined : eventTime(event))
    columns.raw.pushBytes(raw)
  }

  #addSettlement(event: Settlement, row: number): void {
    const header = this.#settlement
    header._row.push(row)
    fillSettlement(header, event)
    let main = ''
    for (const { diag_code, maindiag_flag } of event.diseinfo) {
      header.diag_codes.part(diag_code)
      header.diag_codes.part(LIST_SEPARATOR)
      if (maindiag_flag === '1' && main === '') main = diag_code
    }
    header.diag_codes.endRow()
    header.main_diag_code.push(main)
    header.line_count.push(event.feedetail.length)
    for (const line of event.feedetail) {
      this.#feeLine._row.push(row)
      fillFeeLine(this.#feeLine, event, line)
    }
    for (const trace of event.drug_trac_info) {
      this.#traceUse._row.push(row)
      fillTraceUse(this.#traceUse, event, trace)
    }
  }

  /** Reference rows are text already, not byte strings. */
  #addReference(event: Reference, row: number): void {
    const columns = this.#referenceRow
    columns._row.push(row)
    columns.table.push(event.table)
    columns.id.pushBytes(Buffer.from(event.id))
    columns.effective_from.push(event.effective_from)
    columns.effective_to.push(event.effective_to)
    columns.deleted.push(event.deleted ? 1 : 0)
    columns.row.pushBytes(Buffer.from(JSON.stringify(event.row)))
  }
}

function memoryOf({ values, offsets }: EncodedColumn): ArrayBuffer[] {
  return (offsets ? [values.buffer, offsets.buffer] : [values.buffer]) as ArrayBuffer[]
}
