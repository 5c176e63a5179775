import { expect, test } from 'vitest'
import { leftOver, type Quantity } from './taken-back.ts'

const of = (at: number, cnt: number, code = 'X'): Quantity => ({ code, at, cnt })
const [monday, tuesday, other] = [of(1, 3), of(2, 3), of(1, 3, 'Y')]
const first = { charges: [monday, tuesday, other], back: [] }

/** What a later bill leaves of Monday's and Tuesday's three each. */
function leftAfter(...back: readonly Quantity[]) {
  const left = leftOver([first, { charges: [], back }])
  return [monday, tuesday, other].map((charge) => left.get(charge) ?? charge.cnt)
}

test('A negative line means the charge of its own time, else the newest, and of no other code', () => {
  expect(leftAfter(of(1, 2))).toEqual([1, 3, 3])
  expect(leftAfter(of(9, 2))).toEqual([3, 1, 3])
  expect(leftAfter(of(1, 2, 'Z'))).toEqual([3, 3, 3])
})

test('What is more than its charge goes on to the next, and no further than to nothing', () => {
  expect(leftAfter(of(1, 4))).toEqual([0, 2, 3])
  expect(leftAfter(of(9, 2), of(9, 2))).toEqual([2, 0, 3])
  expect(leftAfter(of(9, 100))).toEqual([0, 0, 3])
})

test('A bill takes nothing back of itself, nor of a later one', () => {
  expect(
    leftOver([
      { charges: [monday], back: [of(1, 1)] },
      { charges: [tuesday], back: [] },
    ]).size,
  ).toBe(0)
})
