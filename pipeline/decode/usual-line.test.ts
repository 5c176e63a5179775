import fc from 'fast-check'
import { expect, test } from 'vitest'
import { settlement } from '../../detectors/testing/events.ts'
import { arbitraryEvent, mutated, type Wire } from '../../schemas/testing/arbitrary.ts'
import { chunkOfText } from '../engine/chunk.ts'
import { createDecode, type Decoded } from './decode.ts'
import { unpack } from './packed.ts'
import { TextTable } from './texts.ts'
import { UsualLines } from './usual-line.ts'

const decode = createDecode(Buffer.alloc(32, 7))
const usual = new UsualLines((value) => value)

function isUsual(line: string): boolean {
  const bytes = Buffer.from(line)
  usual.begin(new TextTable())
  return usual.read(bytes, 0, bytes.length) !== undefined
}

/** Everything that a chunk came to, in a form that can be compared. */
function toldOf({ packed, tables, deadLetters }: Decoded): unknown {
  const columns = tables.tables.map(({ table, columns }) => [
    table,
    columns.map(({ name, values, offsets }) => [name, [...values], offsets && [...offsets]]),
  ])
  return { events: unpack(packed).map((arrival) => ({ ...arrival.event() })), columns, deadLetters }
}

/** The same line with a blank that JSON ignores and the short way does not know: it is read the long way. */
function theLongWay(line: string): string {
  return line.replace(/^\{/, '{\t')
}

/** The bytes of the event differ by the blank. */
function apartFromBytes(told: unknown): unknown {
  return JSON.parse(JSON.stringify(told, (_, value) => (Array.isArray(value) && value[0] === 'raw' ? null : value)))
}

function expectSameBothWays(line: string): void {
  const short = decode(chunkOfText(line))
  const long = decode(chunkOfText(theLongWay(line)))
  if (short.deadLetters.length > 0)
    expect(short.deadLetters.map(({ code, field }) => [code, field])).toEqual(
      long.deadLetters.map(({ code, field }) => [code, field]),
    )
  else expect(apartFromBytes(toldOf(short))).toEqual(apartFromBytes(toldOf(long)))
}

test('A usual settlement is read from its bytes', () => {
  expect(isUsual(JSON.stringify(settlement({ med_list_name: '不认识的字段', mid_setl_flag: 0, begntime: null })))).toBe(true)
})

/** In the forms that nearly all senders use: local times, text without escapes. */
const plain = arbitraryEvent('settlement', 'national').map((wire) => JSON.parse(JSON.stringify(wire, asUsual)) as Wire)

function asUsual(name: string, value: unknown): unknown {
  if (name === 'refd_setl_flag') return undefined
  if (name === 'medfee_sumamt') return Math.abs(Number(value))
  if (typeof value !== 'string') return value
  if (/^\d{4}-\d\d-\d\dT/.test(value)) return value.slice(0, 19).replace('T', ' ')
  if (/^\d{4}-\d\d-\d\d$/.test(value) && name !== 'brdy') return `${value} 00:00:00`
  return value.replace(/["\\\p{Cc}]/gu, 'x')
}

test('What is read from bytes is what the long way reads', () => {
  let usuals = 0
  const property = fc.property(plain, (wire) => {
    const text = JSON.stringify(wire)
    if (isUsual(text)) usuals++
    expectSameBothWays(text)
  })
  fc.assert(property, { numRuns: 400, seed: 20260302 })
  expect(usuals).toBeGreaterThan(100)
})

test('What is wrong is refused for the same reason both ways', () => {
  const property = fc.property(mutated(plain), (wire) => expectSameBothWays(JSON.stringify(wire)))
  fc.assert(property, { numRuns: 400, seed: 20260303 })
})

const line = JSON.stringify(
  settlement({ setl_id: 'S', feedetail: [{}, { cnt: 2 }], diseinfo: [{ diag_code: 'I10.x00', maindiag_flag: '1' }] }),
)

/** What a careless hand or a broken disk puts in the place of one byte. */
const SLIPS = ['"', '\\', ',', '}', '0', '-', '.', 'e', 'null', ' ', '']

test('A usual line broken anywhere says the same both ways, and is never read beyond its end', () => {
  for (let at = 1; at < line.length; at++) {
    if (at % 3 === 0) expectSameBothWays(line.slice(0, at))
    expectSameBothWays(line.slice(0, at) + SLIPS[at % SLIPS.length] + line.slice(at + 1))
  }
})

test.each([
  ['an escape', line.replace('I10.x00', 'I10\\u002ex00')],
  ['an exponent', line.replace('"cnt":2', '"cnt":2e0')],
  ['more decimals than the field has', line.replace('"pric":10', '"pric":10.00000001')],
  ['a document number that is a number', line.replace('{', '{"certno":990101196002030019,')],
  ['another name of a field', line.replace('"med_list_codg"', '"hilist_code"')],
  ['a refund', line.replace('{', '{"refd_setl_flag":"1",')],
  ['a nested object', line.replace('{', '{"more":{"certno":"1"},')],
  ['a missing field', line.replace('"insutype":"310",', '')],
  ['a bad date', line.replace('2026-03-02', '2026-02-30')],
  ['a diagnosis in small letters', line.replace('I10.x00', 'i10.x00')],
  ['another kind', line.replace('"settlement"', '"settlements"')],
])('A line with %s is left to the long way', (_, unusual) => {
  expect(unusual).not.toBe(line)
  expect(isUsual(unusual)).toBe(false)
  expectSameBothWays(unusual)
})

test('Codes with and without their leading zeros are usual, and the same both ways', () => {
  for (const said of ['2', '"2"', '"002"', '14', '"2a"', '""']) {
    const given = line.replaceAll('"med_chrgitm_type":"09"', `"med_chrgitm_type":${said},"chrgitm_lv":${said}`)
    expect(given).not.toBe(line)
    expect(isUsual(given)).toBe(true)
    expectSameBothWays(given)
  }
})

test('The extension of a line is read by the long way', () => {
  const given = line.replaceAll('"med_chrgitm_type"', '"exp_content":"{\\"er_flag\\":\\"2\\"}","med_chrgitm_type"')
  expect(isUsual(given)).toBe(false)
  expectSameBothWays(given)
  expect(toldOf(decode(chunkOfText(given)))).toMatchObject({ events: [{ feedetail: [{ er_flag: '2' }, { er_flag: '2' }] }] })
})

test('Identity data is hidden in the event and in its bytes, both ways', () => {
  const named = line
    .replace('{', '{"psn_name":"张三丰","certno":"990101196002030019","mdtrt_cert_no":"",')
    .replace('[{', '[{"patn_name":"李四",')
  expect(isUsual(named)).toBe(true)
  expectSameBothWays(named)
  const rawOf = (text: string) => {
    const { values } = decode(chunkOfText(text))
      .tables.tables.find(({ table }) => table === 'raw_event')!
      .columns.find(({ name }) => name === 'raw')!
    return Buffer.from(values).toString()
  }
  expect(rawOf(named)).not.toMatch(/张三丰|李四|990101196002030019/)
  expect(rawOf(named)).toBe(rawOf(theLongWay(named)).replace('{\t', '{'))
})

test('Of a field that comes twice the last one counts, both ways', () => {
  expectSameBothWays(line.replace('{', '{"gend":"2","setl_id":"other","feedetail":[],'))
  expectSameBothWays(line.replace(/\}$/, ',"gend":null,"setl_id":""}'))
})
