import * as arrow from 'apache-arrow'
import { expect, test } from 'vitest'
import { settlement } from '../../detectors/testing/events.ts'
import { createDecode } from '../decode/decode.ts'
import { unpack } from '../decode/packed.ts'
import { chunkOfText, lineOf } from '../engine/chunk.ts'
import { isArrow, linesOfArrow, readArrow } from './arrow.ts'

const { Field, Float64, Int64, List, Struct, Utf8 } = arrow

function utf8(...names: string[]): arrow.Field[] {
  return names.map((name) => new Field(name, new Utf8(), true))
}
function float64(...names: string[]): arrow.Field[] {
  return names.map((name) => new Field(name, new Float64(), true))
}

const LINE = new Struct([
  ...utf8('feedetl_sn', 'fee_ocur_time', 'med_list_codg', 'list_type', 'med_chrgitm_type', 'bilg_dr_codg'),
  new Field('cnt', new Int64(), true),
  ...float64('pric', 'det_item_fee_sumamt', 'inscp_scp_amt'),
])
const DIAGNOSIS = new Struct([...utf8('diag_type', 'maindiag_flag', 'diag_code'), new Field('diag_srt_no', new Int64(), true)])
const TEXTS = [
  ...['kind', 'setl_id', 'mdtrt_id', 'psn_no', 'gend', 'brdy', 'insutype', 'insu_admdvs', 'mdtrt_admdvs', 'pay_loc'],
  ...['fixmedins_code', 'med_type', 'mdtrt_cert_type', 'setl_time', 'begntime', 'endtime', 'chfpdr_code'],
]
const AMOUNTS = ['medfee_sumamt', 'inscp_scp_amt', 'fund_pay_sumamt']

type Row = Record<string, unknown>

function column(rows: readonly Row[], name: string, type: arrow.DataType): arrow.Vector {
  return arrow.vectorFromArray(
    rows.map((row) => row[name] ?? null),
    type,
  )
}

function tableOf(rows: readonly Row[]): arrow.Table {
  const withIntegers = rows.map((row) => ({
    ...row,
    feedetail: (row.feedetail as Row[]).map((line) => ({ ...line, cnt: BigInt(line.cnt as number) })),
    diseinfo: (row.diseinfo as Row[]).map((diagnosis) => ({
      ...diagnosis,
      diag_srt_no: BigInt(diagnosis.diag_srt_no as number),
    })),
  }))
  return new arrow.Table({
    ...Object.fromEntries(TEXTS.map((name) => [name, column(rows, name, new Utf8())])),
    ...Object.fromEntries(AMOUNTS.map((name) => [name, column(rows, name, new Float64())])),
    feedetail: column(withIntegers, 'feedetail', new List(new Field('item', LINE))),
    diseinfo: column(withIntegers, 'diseinfo', new List(new Field('item', DIAGNOSIS))),
  })
}

const SETTLEMENTS = [
  settlement({ setl_id: 'S1', feedetail: [{ cnt: 2, pric: 12.5 }, { med_list_codg: '甲' }] }),
  settlement({ setl_id: 'S2', psn_no: 'P2', chfpdr_code: undefined }),
]

function eventsOf(chunk: Parameters<ReturnType<typeof createDecode>>[0]): unknown[] {
  return unpack(createDecode(Buffer.alloc(32))(chunk).packed).map((arrival) => arrival.event())
}

async function read(pieces: Iterable<Uint8Array>): Promise<string> {
  async function* stream() {
    yield* pieces
  }
  const texts: string[] = []
  for await (const piece of readArrow(stream())) texts.push(Buffer.from(piece).toString())
  return texts.join('')
}

function* cut(bytes: Uint8Array, length: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

test('Settlements as an Arrow stream are the same events as in lines of JSON', () => {
  const asArrow = linesOfArrow(arrow.tableToIPC(tableOf(SETTLEMENTS), 'stream'))
  const asText = chunkOfText(SETTLEMENTS.map((row) => JSON.stringify(row)).join('\n'))
  expect(eventsOf(asArrow)).toHaveLength(2)
  expect(eventsOf(asArrow)).toEqual(eventsOf(asText))
})

test('A stream or a file, whole or in pieces, in one batch or several, gives the same lines', async () => {
  const table = tableOf(SETTLEMENTS)
  const whole = linesOfArrow(arrow.tableToIPC(table, 'stream'))
  const text = Buffer.from(whole.bytes).toString()
  const inBatches = arrow.tableToIPC(new arrow.Table([...table.slice(0, 1).batches, ...table.slice(1).batches]), 'stream')
  expect(await read(cut(arrow.tableToIPC(table, 'stream'), 100))).toBe(text)
  expect(await read(cut(arrow.tableToIPC(table, 'file'), 100))).toBe(text)
  expect(await read(cut(inBatches, 1_000))).toBe(text)
  expect(Buffer.from(linesOfArrow(arrow.tableToIPC(table, 'file')).bytes).toString()).toBe(text)
})

test('Streams that follow each other are all read, and what follows them or is none is refused', async () => {
  const stream = arrow.tableToIPC(tableOf(SETTLEMENTS), 'stream')
  const joined = Buffer.concat([stream, stream])
  const once = Buffer.from(linesOfArrow(stream).bytes).toString()
  expect(Buffer.from(linesOfArrow(joined).bytes).toString()).toBe(once + once)
  expect(await read(cut(joined, 100))).toBe(once + once)
  for (const bytes of [Buffer.from('garbage'), Buffer.alloc(8), Buffer.concat([stream, Buffer.from('and more of it')])]) {
    expect(() => linesOfArrow(bytes)).toThrow(expect.objectContaining({ code: 'ARROW_INVALID' }))
  }
  expect(linesOfArrow(Buffer.alloc(0)).ends).toHaveLength(0)
})

test('Typed times, decimals, whole numbers and dictionaries are said as events say them', () => {
  const at = Date.UTC(2026, 2, 2, 2, 0, 0)
  const table = new arrow.Table({
    zoned: arrow.vectorFromArray([at], new arrow.TimestampMillisecond('Asia/Shanghai')),
    wall: arrow.vectorFromArray([at], new arrow.TimestampSecond()),
    day: arrow.vectorFromArray([new Date(at)], new arrow.DateDay()),
    whole: arrow.vectorFromArray([3n], new Int64()),
    code: arrow.vectorFromArray(['11'], new arrow.Dictionary(new Utf8(), new arrow.Int32())),
    nothing: arrow.vectorFromArray([null], new Utf8()),
  })
  expect(JSON.parse(lineOf(linesOfArrow(arrow.tableToIPC(table, 'stream')), 0).toString())).toEqual({
    zoned: '2026-03-02T02:00:00.000Z',
    wall: '2026-03-02T02:00:00',
    day: '2026-03-02',
    whole: 3,
    code: '11',
    nothing: null,
  })
})

test('Decimals keep their scale and sign', () => {
  const fen = [18_640n, -5n, 0n]
  const words = Uint32Array.from(
    fen.flatMap((value) => [0n, 32n, 64n, 96n].map((shift) => Number(BigInt.asUintN(32, value >> shift)))),
  )
  const type = new arrow.Decimal(2, 16)
  const data = arrow.makeData({ type, length: fen.length, nullCount: 0, data: words })
  const chunk = linesOfArrow(arrow.tableToIPC(new arrow.Table({ medfee_sumamt: new arrow.Vector([data]) }), 'stream'))
  const amounts = fen.map((_, row) => JSON.parse(lineOf(chunk, row).toString()).medfee_sumamt)
  expect(amounts).toEqual(['186.40', '-0.05', '0.00'])
})

test('A reference row is a struct, or JSON as the published schema has it; what is no JSON is refused', () => {
  const texts = (values: Record<string, string>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, arrow.vectorFromArray([value], new Utf8())]))
  const head = { kind: 'reference', table: 'price_cap', id: 'x', effective_from: '2026-01-01' }
  const struct = arrow.vectorFromArray([{ code: 'A', cap: 12.5 }], new Struct([...utf8('code'), ...float64('cap')]))
  const decodeTable = (columns: Record<string, arrow.Vector>) =>
    createDecode(Buffer.alloc(32))(linesOfArrow(arrow.tableToIPC(new arrow.Table(columns), 'stream')))
  const asJson = decodeTable(texts({ ...head, row: '{"code":"A","cap":12.5}' }))
  const asStruct = decodeTable({ ...texts(head), row: struct })
  const events = ({ packed }: typeof asJson) => unpack(packed).map((arrival) => arrival.event())
  expect(events(asJson)).toMatchObject([{ table: 'price_cap', row: { code: 'A', cap: 12.5 } }])
  expect(events(asStruct)).toEqual(events(asJson))
  expect(decodeTable(texts({ ...head, row: 'cap 12.5' })).deadLetters).toMatchObject([{ code: 'REFERENCE_INVALID' }])
})

test('An empty stream has no lines', () => {
  const nothing = new arrow.Table({ kind: arrow.vectorFromArray([] as string[], new Utf8()) })
  expect(linesOfArrow(arrow.tableToIPC(nothing, 'stream')).ends).toHaveLength(0)
})

test('What is no Arrow stream, or ends early, is named', async () => {
  const bytes = arrow.tableToIPC(tableOf(SETTLEMENTS), 'stream')
  const invalid = { code: 'ARROW_INVALID' }
  expect(() => linesOfArrow(Buffer.from('{"kind":"settlement"}\n'))).toThrow(expect.objectContaining(invalid))
  expect(() => linesOfArrow(bytes.subarray(0, bytes.length / 2))).toThrow(expect.objectContaining(invalid))
  await expect(read([bytes.subarray(0, bytes.length / 2)])).rejects.toMatchObject(invalid)
})

test('Arrow is told by its first bytes', () => {
  const table = tableOf(SETTLEMENTS)
  expect(isArrow(arrow.tableToIPC(table, 'stream'))).toBe(true)
  expect(isArrow(arrow.tableToIPC(table, 'file'))).toBe(true)
  expect(isArrow(Buffer.from('{"kind":"settlement"}'))).toBe(false)
  expect(isArrow(Buffer.from('A'))).toBe(false)
})
