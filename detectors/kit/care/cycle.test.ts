import { expect, test } from 'vitest'
import { DAY } from '../../../schemas/time.ts'
import { isCycle, isOfTumourCycle } from './cycle.ts'

const at = (...days: number[]) => days.map((day) => day * DAY)
const cycles = (...days: number[]) => isCycle(at(...days))

test('Three treatments make a cycle, each pause within three days of another', () => {
  expect(cycles(0, 21, 42)).toBe(true)
  expect(cycles(42, 0, 21)).toBe(true)
  expect(cycles(0, 21)).toBe(false)
  expect(cycles(0, 21, 45)).toBe(true)
  expect(cycles(0, 21, 45.01)).toBe(false)
  expect(cycles(0, 21, 39)).toBe(true)
  expect(cycles(0, 21, 38.99)).toBe(false)
  expect(cycles(0, 5, 10)).toBe(true)
  expect(cycles(0, 4.99, 9.98)).toBe(false)
})

test('One treatment may be late or left out, and one stay may lie between', () => {
  expect(cycles(0, 21, 42, 73, 94)).toBe(true)
  expect(cycles(0, 21, 42, 87)).toBe(true)
  expect(cycles(0, 21, 42, 87.01)).toBe(true)
  expect(cycles(0, 21, 42, 87, 108)).toBe(true)
  expect(cycles(0, 21, 42, 87.01, 108)).toBe(false)
  expect(cycles(0, 21, 42, 60, 81, 126, 147)).toBe(true)
  expect(cycles(0, 21, 42, 59.99, 81, 126, 147)).toBe(false)
  expect(cycles(0, 21, 42, 73, 120)).toBe(false)
  expect(cycles(0, 21, 30, 42, 63)).toBe(true)
  expect(cycles(0, 21, 30, 42, 50, 63)).toBe(false)
  expect(cycles(0, 21, 35, 56, 77)).toBe(true)
})

/** Of the stays that begin on these days, those that are treatments of a cycle. */
const treatments = (...days: number[]) => {
  const stays = at(...days).map((begntime) => ({ fixmedins_code: 'H1', category: 'C34', begntime }))
  return days.filter((_, i) => isOfTumourCycle(stays[i]!, stays))
}

test('A stay off the cycle leaves the others treatments', () => {
  expect(treatments(0, 21, 42, 70, 91)).toEqual([0, 21, 42, 70, 91])
  expect(treatments(0, 21, 42, 70)).toEqual([0, 21, 42, 70])
  expect(treatments(0, 21, 30, 42, 63)).toEqual([0, 21, 42, 63])
  expect(treatments(0, 21, 35, 56, 77)).toEqual([0, 21, 56, 77])
  // Too soon after what came before the first treatment; what came long before is no matter.
  expect(treatments(0, 10, 31, 52)).toEqual([31, 52])
  expect(treatments(0, 18, 39, 60)).toEqual([0, 18, 39, 60])
  expect(treatments(0, 60, 81, 102)).toEqual([60, 81, 102])
  // Too many are off.
  expect(treatments(0, 6, 22, 50, 57)).toEqual([])
  expect(treatments(0, 7, 21)).toEqual([])
})
