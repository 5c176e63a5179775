import { expect, test } from 'vitest'
import { settlement } from '../../detectors/testing/events.ts'
import { type Chunk, createDecode } from './decode.ts'
import { unpack } from './packed.ts'

const escaped = (text: string) => text.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)

function chunkOf(line: string): Chunk {
  const bytes = Buffer.from(line)
  return { bytes, ends: Uint32Array.of(bytes.length), gap: 0, oversized: [] }
}

test('A line whose characters are escaped says the same as one that holds them plainly', () => {
  const decode = createDecode(Buffer.alloc(32, 1))
  const line = JSON.stringify(settlement({ diseinfo: [{ diag_code: 'J06', diag_name: '感冒é𠮷"\\' }], opter: '张' }))
  expect(escaped(line)).toContain('\\u611f')
  const [plain, other] = [line, escaped(line)].map((each) => decode(chunkOf(each)))
  expect(unpack(other!.packed)[0]!.event).toEqual(unpack(plain!.packed)[0]!.event)
})
