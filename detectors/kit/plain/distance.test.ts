import { expect, test } from 'vitest'
import { distanceKm } from './distance.ts'

test('A degree along a meridian or the equator is about 111.2 km, along the 60th parallel half of it', () => {
  expect(distanceKm({ lon: 117, lat: 36 }, { lon: 117, lat: 37 })).toBeCloseTo(111.19, 1)
  expect(distanceKm({ lon: 117, lat: 0 }, { lon: 118, lat: 0 })).toBeCloseTo(111.19, 1)
  expect(distanceKm({ lon: 117, lat: 60 }, { lon: 118, lat: 60 })).toBeCloseTo(55.6, 1)
  expect(distanceKm({ lon: 117, lat: 36 }, { lon: 117, lat: 36 })).toBe(0)
})
