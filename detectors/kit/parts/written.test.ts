import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  packAll,
  packGroups,
  packName,
  packSince,
  revise,
  unpackAll,
  unpackGroups,
  unpackName,
  unpackSince,
  type Written,
} from './written.ts'

test('Names hide the marks that separate them, and are read again as they were', () => {
  expect(packName('M900000005299')).toBe('M900000005299')
  const name = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('|', ';', ',', '%', '2', 'c', '院') }))
  fc.assert(
    fc.property(fc.array(fc.array(name, { minLength: 1 }), { minLength: 1 }), (groups) => {
      const text = packGroups(groups.map((fields) => fields.map(packName)))
      expect(text).not.toContain('|')
      const read = unpackGroups(text).map((fields) => fields.map(unpackName))
      expect(groups.map((fields, i) => fields.map((_, j) => read[i]![j] ?? ''))).toEqual(groups)
    }),
  )
})

test('Times are told by the seconds after another one, to the millisecond where they have any', () => {
  expect([packSince(36_000, 0), packSince(36_001, 0), packSince(0, 5), packSince(5, 5)]).toEqual(['10', '10.1', '', '0'])
  const time = fc.integer({ min: 1, max: 4_000_000_000_000 })
  fc.assert(fc.property(time, fc.oneof(fc.constant(0), time), (at, from) => unpackSince(packSince(at, from), from) === at))
  expect(unpackSince('', 5)).toBe(0)
})

test('What has not changed is not written again', () => {
  const things = [1, 2].map((number): Written & { number: number } => ({ number, written: '' }))
  const written: number[] = []
  const write = ({ number }: { number: number }) => {
    written.push(number)
    return String(number)
  }
  expect([packAll(things, write), packAll(things, write)]).toEqual(['1|2', '1|2'])
  revise(things[1]!, { number: 3 })
  expect(packAll(things, write)).toBe('1|3')
  expect(written).toEqual([1, 2, 3])
})

test('Nothing is written as nothing', () => {
  const read = (written: string): Written => ({ written })
  expect([packAll([], String), unpackAll('', read), unpackAll('a|b', read)]).toEqual(['', [], [read('a'), read('b')]])
})
