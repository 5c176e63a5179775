import { expect, test } from 'vitest'
import { parseInstant } from '../../../schemas/time.ts'
import {
  baselineOf,
  type DailyCounts,
  forgetBefore,
  isBuilt,
  isPartOf,
  packCounts,
  recount,
  unpackCounts,
} from './daily-counts.ts'

test('A day is built 72 hours after its end', () => {
  const day = 20_514 // 2026-03-02
  expect(isBuilt(day, parseInstant('2026-03-05 23:59:59'))).toBe(false)
  expect(isBuilt(day, parseInstant('2026-03-06 00:00:00'))).toBe(true)
})

test('The baseline of a day ends with the last day that is built at its beginning', () => {
  const counts: DailyCounts = [
    [94, 100],
    [95, 10],
    [96, 20],
    [97, 100],
  ]
  expect(baselineOf(counts, 100, 2)).toMatchObject({ days: 2, mean: 15 })
  expect(baselineOf(counts, 100, 2).sigma).toBeCloseTo(Math.sqrt(50))
  expect(baselineOf([], 100, 60)).toEqual({ days: 0, mean: 0, sigma: 0 })
})

test('What is forgotten enters no later baseline', () => {
  const counts: DailyCounts = Array.from({ length: 90 }, (_, i) => [10 + i, i + 1])
  expect(baselineOf(forgetBefore(counts, 99, 60), 99, 60)).toEqual(baselineOf(counts, 99, 60))
  expect(forgetBefore(counts, 99, 60)[0]).toEqual([36, 27])
})

test('Counting back to nothing leaves no day', () => {
  const one = recount(recount([], 5, 1), 3, 1)
  expect(one).toEqual([
    [3, 1],
    [5, 1],
  ])
  expect(recount(recount(one, 3, 1), 5, -1)).toEqual([[3, 2]])
  expect(recount([], 5, -1)).toEqual([])
})

test('The fourth day before another is the last of its baseline', () => {
  expect([95, 96, 97].map((day) => isPartOf(day, 100))).toEqual([true, true, false])
})

test('Days are written down with those between that had none, and read again', () => {
  const counts: DailyCounts = [
    [94, 3],
    [97, 1],
    [98, 2],
  ]
  expect(packCounts(counts)).toEqual([94, 3, 0, 0, 1, 2])
  expect(unpackCounts(packCounts(counts))).toEqual(counts)
  expect(unpackCounts(packCounts([]))).toEqual([])
})
