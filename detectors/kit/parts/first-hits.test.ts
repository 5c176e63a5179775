import { expect, test } from 'vitest'
import { addHit, removeHit } from './first-hits.ts'

const hit = (id: string, at: number) => ({ id, at })
const ids = (hits: { id: string }[]) => hits.map(({ id }) => id).join('')

test('Hits are kept by time and id, whenever they come', () => {
  const hits = [hit('B', 2)]
  for (const one of [hit('D', 3), hit('A', 1), hit('C', 2)]) expect(addHit(hits, one, 9)).toBeUndefined()
  expect(ids(hits)).toBe('ABCD')
  const others = [hit('D', 1)]
  for (const one of [hit('C', 2), hit('B', 2), hit('A', 3)]) addHit(others, one, 9)
  expect(ids(others)).toBe('DBCA')
})

test('Beyond the most that are named the last is given back', () => {
  const hits = [hit('A', 1)]
  expect(addHit(hits, hit('C', 3), 2)).toBeUndefined()
  expect(addHit(hits, hit('D', 4), 2)).toEqual(hit('D', 4))
  expect(addHit(hits, hit('B', 2), 2)).toEqual(hit('C', 3))
  expect(ids(hits)).toBe('AB')
})

test('One that is taken back leaves the list, one that was only counted does not', () => {
  const hits = [hit('A', 1), hit('B', 2)]
  expect(removeHit(hits, 'A')).toEqual(hit('A', 1))
  expect(removeHit(hits, 'C')).toBeUndefined()
  expect(ids(hits)).toBe('B')
})
