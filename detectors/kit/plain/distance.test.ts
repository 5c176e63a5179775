import { expect, test } from 'vitest'
import { ReferenceBook } from '../../reference.ts'
import { distanceKm, pointOf } from './distance.ts'

test('A degree along a meridian or the equator is about 111.2 km, along the 60th parallel half of it', () => {
  expect(distanceKm({ lon: 117, lat: 36 }, { lon: 117, lat: 37 })).toBeCloseTo(111.19, 1)
  expect(distanceKm({ lon: 117, lat: 0 }, { lon: 118, lat: 0 })).toBeCloseTo(111.19, 1)
  expect(distanceKm({ lon: 117, lat: 60 }, { lon: 118, lat: 60 })).toBeCloseTo(55.6, 1)
  expect(distanceKm({ lon: 117, lat: 36 }, { lon: 117, lat: 36 })).toBe(0)
})

test('An institution stands where its row says, if that gives both degrees', () => {
  const book = new ReferenceBook()
  const put = (id: string, row: object) => {
    book.put('institution', { id, row, effective_from: undefined, effective_to: undefined }, false)
  }
  put('BOTH', { lon: 117, lat: 0 })
  put('LON', { lon: 117 })
  put('LAT', { lat: 36 })
  expect(pointOf('BOTH', 0, book)).toEqual({ lon: 117, lat: 0 })
  for (const code of ['LON', 'LAT', 'NOBODY']) expect(pointOf(code, 0, book)).toBeUndefined()
})
