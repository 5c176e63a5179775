import { expect, test } from 'vitest'
import { addId, countOf, mergedIds, namedIds, noIds, removeId } from './first-ids.ts'

test('The first by time and id are named, in whichever order they came', () => {
  const [one, other] = [noIds(), noIds()]
  const entries: [string, number][] = [
    ['b', 2],
    ['a', 2],
    ['d', 1],
    ['c', 3],
  ]
  for (const [id, at] of entries) addId(one, id, at)
  for (const [id, at] of entries.toReversed()) addId(other, id, at)
  expect(namedIds(one)).toEqual(['d', 'a', 'b', 'c'])
  expect(other).toEqual(one)
  expect(namedIds(one, 3)).toEqual(['d', 'a', 'b'])
  expect(namedIds(one, 2)).toEqual(['d'])
})

test('Five hundred are named, and a hundred more are known to follow those that are reversed', () => {
  const first = noIds()
  for (let i = 0; i < 700; i++) expect(addId(first, `S${i}`, i)).toBe(i < 600)
  expect(namedIds(first)).toHaveLength(500)
  const full = noIds()
  addId(full, 'a', 1, 1)
  addId(full, 'b', 2, 1)
  expect(full.more).toBe(1)
  removeId(full, 'b')
  expect(full).toEqual({ ids: ['a'], ats: [1] })
  expect('more' in full).toBe(false)
  removeId(full, 'a')
  expect(countOf(full)).toBe(0)
  expect(countOf(first)).toBe(700)
  removeId(first, 'S3')
  removeId(first, 'S650')
  expect(countOf(first)).toBe(698)
  expect(namedIds(first).at(-1)).toBe('S500')
  expect(addId(first, 'early', -1)).toBe(true)
  expect(addId(first, 'late', 5, 4)).toBe(false)
  expect(namedIds(first)[0]).toBe('early')
  expect(countOf(first)).toBe(700)
})

test('Of several the first of all are told', () => {
  const [one, other] = [noIds(), noIds()]
  addId(one, 'a', 1)
  addId(one, 'c', 3)
  addId(other, 'b', 2)
  expect(mergedIds([one, other])).toEqual(['a', 'b', 'c'])
  expect(mergedIds([one, other], 2)).toEqual(['a'])
})
