import { expect, test } from 'vitest'
import { HOUR, MINUTE, parseDay, startOfDay } from '../../schemas/time.ts'
import { hoursOf, quarterOf, recountQuarter, surgeIn } from './ano-13.quarter-hours.ts'

const DAY = parseDay('2026-03-02')
const at = (hour: number, minute = 0) => startOfDay(DAY) + hour * HOUR + minute * MINUTE
const chart = { lambda: 0.2, limit: 4 }
const always: (count: number) => boolean = () => true
/** Four settlements in each hour: one in a quarter. */
const usual = new Array<number>(24).fill(4)
const surge = (quarters: Record<string, number>, isEnough = always) => surgeIn(quarters, usual, DAY, chart, isEnough)

test('A settlement lies in its quarter hour, and what is taken back lies nowhere', () => {
  expect([at(0), at(0, 14), at(0, 15), at(23, 59)].map((time) => quarterOf(time, DAY))).toEqual([0, 0, 1, 95])
  const quarters = {}
  for (const quarter of [36, 36, 38]) recountQuarter(quarters, quarter, 1)
  expect(hoursOf(quarters)[9]).toBe(3)
  recountQuarter(quarters, 38, -1)
  expect(quarters).toEqual({ 36: 2 })
})

test('One quarter hour raises the average by a fifth of its distance; four standard deviations are allowed', () => {
  // A third of a standard deviation of one value: 0.2 * (count - 1) must exceed 4 / 3.
  expect(surge({ 36: 7 })).toBeUndefined()
  expect(surge({ 36: 8 })).toMatchObject({ from: at(9), to: at(9, 15), count: 8, expected: 1 })
})

test('Several quarter hours raise it together, from where it began to rise', () => {
  expect(surge({ 36: 4, 37: 4 })).toBeUndefined()
  expect(surge({ 36: 4, 37: 4, 38: 4 })).toMatchObject({ from: at(9), to: at(9, 45), count: 12, expected: 3 })
})

test('A pause lets it fall, and ordinary hours never raise it', () => {
  expect(surge({ 36: 7, 50: 7 })).toBeUndefined()
  const ordinary = Object.fromEntries(Array.from({ length: 96 }, (_, quarter) => [quarter, 1 + (quarter % 2)]))
  expect(surge(ordinary)).toBeUndefined()
})

test('What is not enough is no surge, however high it lies', () => {
  expect(surge({ 36: 12 }, (count) => count >= 13)).toBeUndefined()
  expect(surge({ 36: 12, 37: 1 }, (count) => count >= 13)).toMatchObject({ count: 13 })
})
