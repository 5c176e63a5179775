import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Stay } from './ano-07.beds.ts'
import { FORM } from './ano-07.form.ts'
import { emptyWard, type Ward } from './ano-07.memory.ts'

const name = fc.oneof(fc.stringMatching(/^[A-Z]\d{2,12}$/), fc.string({ unit: fc.constantFrom('|', ';', ',', '%', 'é') }))
const time = fc.oneof(fc.constant(0), fc.integer({ min: 1_772_000_000_000, max: 1_775_000_000_000 }))
const day = fc.integer({ min: 20_500, max: 20_580 })
const bill = fc.record({ id: name, at: time, fund: fc.integer() })
const stay: fc.Arbitrary<Stay> = fc.record({
  ...{ visit: name, at: time, insu: name, age: fc.integer({ min: -1, max: 120 }), icd: name, ended: time, ingested: time },
  ...{ settled: fc.array(bill, { maxLength: 3 }), written: fc.constant('') },
})
const ages = fc.stringMatching(/^[/-~]{1,9}$/)
const byDay = <T>(value: fc.Arbitrary<T>) => fc.dictionary(day.map(String), fc.dictionary(name, value, { minKeys: 1 }))
const ward: fc.Arbitrary<Ward> = fc.record({
  stays: fc.array(stay).map((stays) => new Map(stays.map((one) => [one.visit, one]))),
  history: byDay(ages),
  sick: byDay(fc.integer({ min: 1, max: 200 })),
  surges: fc.dictionary(day.map(String), fc.array(name)),
  crowds: fc.array(
    fc.record({
      day,
      origin: name,
      usual: fc.integer({ min: 0, max: 999 }).map((n) => n / 7),
      visits: fc.array(name),
      from: time,
      to: time,
    }),
  ),
  ...{ judged: day, newest: time, waiting: day, tidied: day },
})

const throughJson = (state: Ward): Ward => FORM.unpack(JSON.parse(JSON.stringify(FORM.pack(state))))
const unwritten = ({ stays, ...rest }: Ward) => ({
  ...rest,
  stays: [...stays].map(([visit, one]) => [visit, { ...one, written: '' }]),
})

test('What is written of a ward is read again as it was', () => {
  fc.assert(
    fc.property(ward, (one) => {
      expect(unwritten(throughJson(one))).toEqual(unwritten(one))
    }),
  )
})

test('A stay is little more than its names, and days without anybody are a few signs', () => {
  const at = Date.parse('2026-03-02T08:00:00+08:00')
  const settled = [{ id: 'S900000236835', at: at + 300_000_000, fund: 125_640 }]
  const head = { visit: 'M900000005299', at, insu: '990108', age: 74, icd: 'G40' }
  const one: Stay = { ...head, ended: at + 299_000_000, ingested: 0, settled, written: '' }
  const history = { 20513: { 990108: '24' }, 20515: { 990108: '5' }, 20525: { 990108: '7' } }
  const packed = JSON.stringify(FORM.pack({ ...emptyWard(), stays: new Map([[one.visit, one]]), history }))
  expect(packed).toBe(
    '[0,0,0,0,"M900000005299,tb8w00,990108,74,G40,6epk;S900000236835,rs,2oy0",{"990108":"20513 24  5!20525 7"},{},{}]',
  )
})
