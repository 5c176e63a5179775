import { expect, test } from 'vitest'
import { StoredShape } from './stored-shape.ts'

function shapeOf(...values: readonly unknown[]): string {
  const shape = new StoredShape()
  for (const value of values) shape.see(value)
  return shape.toString()
}

const times = (count: number, value: (i: number) => unknown) => Array.from({ length: count }, (_, i) => value(i))

test('A shape says nothing of values, nor of how many there are, nor of the order in which they were seen', () => {
  const seen = [
    { days: { '2026-03-02': [1, 2, 3] }, from: null },
    { days: {}, from: 5, said: 'x' },
  ]
  expect(shapeOf(...seen)).toBe('{days:{*:[...number]},from:null|number,said:string}')
  expect(shapeOf(...seen.toReversed())).toBe(shapeOf(...seen))
  expect(shapeOf(...seen, { days: { '2026-03-09': [7] }, from: 9, said: 'y' })).toBe(shapeOf(...seen))
})

test('A field, its name, its type, and a place in an array of fixed length belong to the shape', () => {
  expect(shapeOf({ fund: 1 })).not.toBe(shapeOf({ paid: 1 }))
  expect(shapeOf({ fund: 1 })).not.toBe(shapeOf({ fund: '1' }))
  expect(shapeOf(...times(9, (i) => [i, i]))).toBe('[number,number]')
  expect(shapeOf(...times(9, (i) => [i, i, i]))).toBe('[number,number,number]')
  expect(
    shapeOf(
      [['S1', 1]],
      [
        ['S1', 1],
        ['S2', 2],
      ],
      ...times(9, () => [['S3', 3]]),
    ),
  ).toBe('[...[string,number]]')
})
