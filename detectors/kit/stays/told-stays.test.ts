import { expect, test } from 'vitest'
import { DAY } from '../../../schemas/time.ts'
import { isNear, keepStays, toldOf } from './told-stays.ts'

test('Stays are held against one another where their words lie within half a year, whichever comes first', () => {
  const [one, near, far] = [0, 190 * DAY, 190 * DAY + 1].map((first) => ({ first, last: first + 10 * DAY }))
  expect([isNear(one!, near!), isNear(near!, one!)]).toEqual([true, true])
  expect([isNear(one!, far!), isNear(far!, one!)]).toEqual([false, false])
})

test('All that tells of a stay is kept half a year after its last word, and for ever where a finding rests on it', () => {
  const words = [
    { mdtrt_id: 'A', at: 0 },
    { mdtrt_id: 'B', at: DAY },
    { mdtrt_id: 'A', at: 3 * DAY },
  ]
  const keep = keepStays(toldOf(words), new Set(['B']))
  expect(words.map((word) => keep(word) / DAY)).toEqual([183, Number.POSITIVE_INFINITY, 180])
})
