import { expect, test } from 'vitest'
import { settlement } from '../../detectors/testing/events.ts'
import { chunkOfText } from '../engine/chunk.ts'
import { createDecode } from './decode.ts'
import { createPseudonymiser, maskIdentity, maskUnparsed } from './mask.ts'

const hide = createPseudonymiser(Buffer.alloc(32, 1))

test('Names and document numbers are replaced wherever their keys stand, by the same pseudonym each time', () => {
  const masked = maskIdentity('{"psn_name": "Zhang \\"San\\"","a":{"certno":990101196002030019},"x_certno":"kept"}', hide)
  expect(masked).not.toMatch(/Zhang|99010119/)
  expect(masked).toContain('"x_certno":"kept"')
  expect(JSON.parse(masked).psn_name).toMatch(/^hmac:[0-9a-f]{32}$/)
  expect(hide('A')).toBe(hide('A'))
  expect(hide(hide('A'))).toBe(hide('A'))
  expect(createPseudonymiser(Buffer.alloc(32, 2))('A')).not.toBe(hide('A'))
})

test('A key written with escapes hides nothing', () => {
  const line = JSON.stringify(settlement({ setl_id: 'S1' })).replace('{', '{"cert\\u006eo":"990101196002030019",')
  const { tables, deadLetters } = createDecode(Buffer.alloc(32, 1))(chunkOfText(line))
  expect(deadLetters).toEqual([])
  const raw = tables.tables.find(({ table }) => table === 'raw_event')!.columns.find(({ name }) => name === 'raw')!
  const text = Buffer.from(raw.values.buffer, raw.values.byteOffset, raw.values.byteLength).toString()
  expect(text).toContain('hmac:')
  expect(text).not.toContain('990101196002030019')
})

test('What cannot be parsed loses its identity values by pattern', () => {
  const masked = maskUnparsed(
    '{"psn_name":"Zhang, "certno": "12", "note":"99010119600203001X and 990101600203001 and 1234567890123456789"',
  )
  expect(masked).not.toMatch(/Zhang|"12"|99010119600203001X|990101600203001 /)
  expect(masked).toContain('1234567890123456789')
})
