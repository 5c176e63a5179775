import type { Message } from 'node-rdkafka'
import { expect, test } from 'vitest'
import { MAX_LINE_BYTES } from '../decode/decode.ts'
import { lineOf } from '../engine/chunk.ts'
import { KEPT_OF_OVERSIZED } from './lines.ts'
import { chunksOfRun, type PlacedChunk } from './run-chunks.ts'

const PLACE = { topic: 't', partition: 0 }
const ALL = { lines: 100, bytes: 1_000_000 }

function message(offset: number, value: string | Buffer | null): Message {
  const bytes = value === null ? null : Buffer.from(value)
  return { ...PLACE, offset, value: bytes, size: bytes?.length ?? 0 }
}

function linesIn(chunk: PlacedChunk): string[] {
  return Array.from(chunk.ends, (_, row) => lineOf(chunk, row).toString())
}

test('A message is a row, and its offset follows from the row', () => {
  const [chunk] = chunksOfRun({ ...PLACE, offset: 5, messages: [message(5, 'a'), message(6, 'bc')] }, ALL)
  expect(chunk).toMatchObject({ first: 5, gap: 0, oversized: [] })
  expect(linesIn(chunk!)).toEqual(['a', 'bc'])
})

test('Offsets that compaction has emptied, before and between, and tombstones are empty lines', () => {
  const [chunk] = chunksOfRun({ ...PLACE, offset: 3, messages: [message(5, 'a'), message(7, null), message(9, 'b')] }, ALL)
  expect(chunk!.first).toBe(3)
  expect(linesIn(chunk!)).toEqual(['', '', 'a', '', '', '', 'b'])
})

test('A long run is cut by number and by bytes, without a gap between the chunks', () => {
  const messages = [0, 1, 4, 5, 6].map((offset) => message(offset, 'x'.repeat(10)))
  const placed = (chunks: Iterable<PlacedChunk>) => [...chunks].map(({ first, ends }) => [first, ends.length])
  const pieces = [
    [0, 2],
    [2, 4],
    [6, 1],
  ]
  expect(placed(chunksOfRun({ ...PLACE, offset: 0, messages }, { lines: 2, bytes: 1_000 }))).toEqual(pieces)
  expect(placed(chunksOfRun({ ...PLACE, offset: 0, messages }, { lines: 100, bytes: 20 }))).toEqual(pieces)
})

test('Of a message over 16 MiB only the beginning is kept', () => {
  const messages = [message(0, 'a'), message(1, Buffer.alloc(MAX_LINE_BYTES + 1, 'x')), message(2, 'b')]
  const [chunk] = chunksOfRun({ ...PLACE, offset: 0, messages }, { lines: 100, bytes: Number.POSITIVE_INFINITY })
  expect(chunk!.oversized).toEqual([1])
  expect(linesIn(chunk!).map(({ length }) => length)).toEqual([1, KEPT_OF_OVERSIZED, 1])
})
