import { expect, test } from 'vitest'
import { packPlace, packSerials, packSite, serialAt, sorted, unpackPlace, unpackSite } from './packed.ts'

const HOSPITAL = 'H99010100001'

test('A place is its institution’s code where that says all of it, and is read again as it was', () => {
  const place = (admdvs: string, insu_admdvs: string) => ({ fixmedins_code: HOSPITAL, admdvs, insu_admdvs })
  expect(packPlace(place('990101', '990101'))).toBe(HOSPITAL)
  expect(packPlace(place('990101', '990102'))).toEqual([HOSPITAL, '990102'])
  expect(packPlace(place('990102', '990101'))).toEqual([HOSPITAL, '990101', '990102'])
  for (const one of [place('990101', '990101'), place('990101', '990102'), place('990102', '990102'), place('', '')])
    expect(unpackPlace(packPlace(one))).toEqual(one)
})

test('So is a site', () => {
  expect(packSite({ fixmedins_code: HOSPITAL, admdvs: '990101' })).toBe(HOSPITAL)
  for (const admdvs of ['990101', '990102', '']) {
    const site = { fixmedins_code: HOSPITAL, admdvs }
    expect(unpackSite(packSite(site))).toEqual(site)
  }
})

test('Serial numbers that count on are told by the first', () => {
  expect(packSerials(['7', '8', '9'])).toBe(7)
  for (const serials of [
    ['7', '8', '9'],
    ['7', '9'],
    ['07', '08'],
    ['a', 'b'],
  ]) {
    const packed = packSerials(serials)
    expect(serials.map((_, i) => serialAt(packed, i))).toEqual(serials)
  }
})

test('Of things of few kinds each kind is told once', () => {
  expect(sorted(['ox', 'ant', 'owl'], (word) => word[0]!)).toEqual({ kinds: ['ox', 'ant'], numbers: [0, 1, 0] })
})
