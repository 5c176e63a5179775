import { expect, test } from 'vitest'
import { chunkOfText, NO_EVENTS, type SourceChunk } from '../engine/chunk.ts'
import { roundsOf } from './rounds.ts'

const ranges = (...lines: number[]): SourceChunk[] =>
  lines.map((count, partition) => ({ ...NO_EVENTS, ...chunkOfText('12345678\n'.repeat(count)), partition }))
const together = (chunks: SourceChunk[], size: { lines: number; bytes: number }) =>
  [...roundsOf(chunks, size)].map((round) => round.map(({ partition }) => partition))

test('As many ranges are together as have no more lines than one may have', () => {
  const size = { lines: 5, bytes: 1_000 }
  expect(together(ranges(1, 2, 2, 1, 5, 3), size)).toEqual([[0, 1, 2], [3], [4], [5]])
})

test('Or no more bytes; what is too large alone stays alone', () => {
  expect(together(ranges(1, 1, 1, 7, 1), { lines: 100, bytes: 18 })).toEqual([[0, 1], [2], [3], [4]])
})

test('What may come again otherwise is alone, and no round has more than 32 ranges', () => {
  const isSecond = ({ partition }: SourceChunk) => partition === 1
  expect([...roundsOf(ranges(1, 1, 1, 1), { lines: 9, bytes: 999 }, isSecond)].map((round) => round.length)).toEqual([1, 1, 2])
  const many = ranges(...Array.from({ length: 70 }, () => 1))
  expect([...roundsOf(many, { lines: 99, bytes: 9_999 })].map((round) => round.length)).toEqual([32, 32, 6])
})

test('What is only told needs no room, and nothing makes no round', () => {
  expect(together([NO_EVENTS, ...ranges(5), NO_EVENTS], { lines: 5, bytes: 1_000 })).toEqual([[0, 0, 0]])
  expect(together([], { lines: 5, bytes: 1_000 })).toEqual([])
})
