import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Chunk, MAX_LINE_BYTES } from '../decode/decode.ts'
import { lineOf } from '../engine/chunk.ts'
import { ChunkMemory, type ChunkSize, chunksOfLines, KEPT_OF_OVERSIZED } from './lines.ts'

const LARGE: ChunkSize = { lines: 1_000, bytes: 1024 * 1024 }

async function* stream(...pieces: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece)
}

async function chunks(bytes: AsyncIterable<Uint8Array>, size = LARGE, exactly?: number): Promise<Chunk[]> {
  const all: Chunk[] = []
  for await (const chunk of chunksOfLines(bytes, size, exactly)) all.push(chunk)
  return all
}

function linesIn(chunk: Chunk): string[] {
  return Array.from(chunk.ends, (_, row) => lineOf(chunk, row).toString())
}

test('Every line is a row: the last without its newline, empty ones, and carriage returns as they came', async () => {
  const [chunk] = await chunks(stream('a\r\n\n', 'b', 'c\n\nd'))
  expect(linesIn(chunk!)).toEqual(['a\r', '', 'bc', '', 'd'])
})

test('A final newline ends the last line and begins no other', async () => {
  expect((await chunks(stream('a\nb\n'))).map(linesIn)).toEqual([['a', 'b']])
  expect(await chunks(stream(''))).toEqual([])
})

test('Wherever the stream is cut, its lines are the same', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '字', '\n', '\r'), maxLength: 40 })
  const cuts = fc.array(fc.nat({ max: 80 }), { maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(text, cuts, async (text, cuts) => {
      const bytes = Buffer.from(text)
      const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length]
      const pieces = places.slice(1).map((to, i) => bytes.subarray(places[i], to))
      const lines = (await chunks(stream(...pieces), { lines: 3, bytes: 1_000 })).flatMap(linesIn)
      const expected = text.split('\n')
      expect(lines).toEqual(expected.at(-1) === '' ? expected.slice(0, -1) : expected)
    }),
  )
})

test('A chunk ends after so many lines, or after the line that fills it', async () => {
  const lengths = (all: Chunk[]) => all.map(({ ends }) => ends.length)
  expect(lengths(await chunks(stream('1\n2\n3\n4\n5\n'), { lines: 2, bytes: 1_000 }))).toEqual([2, 2, 1])
  expect(lengths(await chunks(stream('1234567890\n1\n2\n'), { lines: 10, bytes: 11 }))).toEqual([1, 2])
})

test('The first chunk repeats exactly so many lines, however large they are; the others have their usual size', async () => {
  const repeated = await chunks(stream('1\n2\n3\n4\n5\n6\n'), { lines: 2, bytes: 2 }, 4)
  expect(repeated.map(({ ends }) => ends.length)).toEqual([4, 1, 1])
})

test('A line of 5 MB comes whole', async () => {
  const long = 'x'.repeat(5 * 1024 * 1024)
  const all = await chunks(stream('a\n', long.slice(0, 100), long.slice(100), '\nb\n'))
  expect(all.flatMap(linesIn)).toEqual(['a', long, 'b'])
  expect(all.flatMap(({ oversized }) => oversized)).toEqual([])
})

test('Of a line over 16 MiB only the beginning is kept, and the lines after it keep their numbers', async () => {
  const piece = Buffer.alloc(1024 * 1024, 'x')
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('a\n')
    for (let i = 0; i < MAX_LINE_BYTES / piece.length; i++) yield piece
    yield Buffer.from('x\nb\n')
  }
  const [chunk] = await chunks(endless(), { lines: 10, bytes: 64 * 1024 * 1024 })
  expect(chunk!.oversized).toEqual([1])
  const [a, kept, b] = linesIn(chunk!)
  expect([a, kept!.length, b]).toEqual(['a', KEPT_OF_OVERSIZED, 'b'])
})

test('A line of exactly 16 MiB is not too long', async () => {
  const all = await chunks(stream(Buffer.alloc(MAX_LINE_BYTES, 'x'), '\n'))
  expect(all[0]!.oversized).toEqual([])
  expect(all[0]!.ends[0]).toBe(MAX_LINE_BYTES)
})

test('Memory that was given back is used again, unless it had to grow', async () => {
  const memory = new ChunkMemory(LARGE)
  async function first(text: string): Promise<Chunk> {
    for await (const chunk of chunksOfLines(stream(text), LARGE, undefined, memory)) return chunk
    throw new Error('nothing')
  }
  const small = await first('a\n')
  memory.give(small)
  expect((await first('b\n')).bytes.buffer).toBe(small.bytes.buffer)
  const grown = await first('x'.repeat(5 * 1024 * 1024))
  memory.give(grown)
  expect((await first('c\n')).bytes.buffer).not.toBe(grown.bytes.buffer)
})
