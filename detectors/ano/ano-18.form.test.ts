import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FORM } from './ano-18.form.ts'
import type { Stay, Ward } from './ano-18.terms.ts'

const name = fc.oneof(fc.stringMatching(/^[A-Z]\d{2,12}$/), fc.string({ unit: fc.constantFrom('|', ';', ',', '%', '-', '院') }))
const MORNING = Date.parse('2026-03-02T08:00:00+08:00')
const time = fc.oneof(fc.constant(0), fc.constant(MORNING), fc.integer({ min: MORNING - 9_000_000, max: MORNING + 9_000_000 }))
const bill = fc.record({ id: name, at: time, begntime: time, endtime: time, mid: fc.boolean(), fund: fc.integer() })
const stay: fc.Arbitrary<Stay> = fc.record({
  ...{
    visit: name,
    began: time,
    ended: time,
    ingested: time,
    settled: fc.array(bill, { maxLength: 3 }),
    written: fc.constant(''),
  },
})
const day = fc.integer({ min: 20_500, max: 20_580 })
const ward: fc.Arbitrary<Ward> = fc.record({
  stays: fc.array(stay).map((stays) => new Map(stays.map((one) => [one.visit, one]))),
  beds: fc.dictionary(day.map(String), fc.integer({ min: 0, max: 2000 })),
  ...{ judged: day, unannounced: fc.boolean(), admdvs: name },
})

const unwritten = ({ stays, ...rest }: Ward) => ({
  ...rest,
  stays: [...stays].map(([visit, one]) => [visit, { ...one, written: '' }]),
})

test('What is written of a ward is read again as it was', () => {
  fc.assert(
    fc.property(ward, (one) => {
      const read = FORM.unpack(JSON.parse(JSON.stringify(FORM.pack(one))))
      expect(unwritten(read)).toEqual(unwritten(one))
    }),
  )
})

test('A stay is little more than its names: its bill tells the times that are known already', () => {
  const ended = MORNING + 299_000_000
  const settled = [{ id: 'S900000236835', at: ended + 900_000, begntime: MORNING, endtime: ended, mid: false, fund: 125_640 }]
  const one = { visit: 'M900000005299', began: MORNING, ended, ingested: 0, settled, written: '' }
  const packed = FORM.pack({ stays: new Map([[one.visit, one]]), beds: {}, judged: 20_500, unannounced: false, admdvs: '990101' })
  expect(packed).toEqual([20_500, {}, 0, '990101', 'M900000005299,tb8w00,6epk;S900000236835,p0,2oy0'])
})
