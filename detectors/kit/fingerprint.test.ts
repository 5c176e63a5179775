import { expect, test } from 'vitest'
import { fingerprint, type Row } from './fingerprint.ts'

test('Order does not matter, everything else does', () => {
  expect(
    fingerprint([
      ['a', 1, 2],
      ['b', 1, 2],
    ]),
  ).toBe(
    fingerprint([
      ['b', 1, 2],
      ['a', 1, 2],
    ]),
  )
  const others: Row[][] = [
    [['a', 1, 2]],
    [
      ['a', 1, 2],
      ['a', 1, 2],
    ],
    [
      ['a', 1, 2],
      ['b', 1, 3],
    ],
    [['b', 1, 2]],
    [['a', 2, 1]],
    [['a', 1]],
    [['a', 1.0001, 2]],
    [['a', -1, 2]],
    [['a', 1, 2 + 2 ** 40]],
    [],
    [['']],
    ['a'],
    ['b'],
    ['ab'],
  ]
  expect(new Set(others.map(fingerprint)).size).toBe(others.length)
})

test('Similar rows do not add up to the same', () => {
  const seen = new Set<string>()
  for (let a = 0; a < 60; a++)
    for (let b = a; b < 60; b++)
      seen.add(
        fingerprint([
          ['code', a, 10],
          ['code', b, 10],
        ]),
      )
  expect(seen.size).toBe((60 * 61) / 2)
})
