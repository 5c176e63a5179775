import { expect, test } from 'vitest'
import type { FeeLine } from '../../../schemas/events.ts'
import { daysSupplied, genericOf, isTakenHome, supplyDays } from './supply.ts'

const box = { pack_days: 7 }

test('A prescription of up to 180 days says how long it lasts', () => {
  expect(supplyDays({ prd_days: 28, cnt: 2 }, box)).toBe(28)
  expect(supplyDays({ prd_days: 0.5, cnt: 2 }, box)).toBe(0.5)
  expect(supplyDays({ prd_days: 180, cnt: 2 }, box)).toBe(180)
})

test('Without one that is believable the packages say it', () => {
  for (const prd_days of [undefined, 0, -3, 180.5, 999]) expect(supplyDays({ prd_days, cnt: 2 }, box)).toBe(14)
})

test('Where nothing says it, it is unknown', () => {
  for (const item of [undefined, {}, { pack_days: null }, { pack_days: 0 }])
    expect(supplyDays({ prd_days: undefined, cnt: 2 }, item)).toBeUndefined()
})

test('A part of a package that is told as one is that part', () => {
  const line = { feedetl_sn: '1', cnt: 0.5, trdn_flag: '1' } as FeeLine
  expect(daysSupplied({ drug_trac_info: [] }, line, { ...box, pack_units: 14 })).toBe(3.5)
  // From one on single tablets are counted.
  expect(daysSupplied({ drug_trac_info: [] }, { ...line, cnt: 1 }, { ...box, pack_units: 14 })).toBe(0.5)
})

test('That a package was split its code may tell, that of the same line', () => {
  const line = { feedetl_sn: '1', cnt: 7 } as FeeLine
  const item = { ...box, pack_units: 14 }
  const days = (feedetl_sn: string, trdn_flag: string) => {
    const drug_trac_info = [{ feedetl_sn, trdn_flag, drug_trac_codg: 'T' }]
    return daysSupplied({ drug_trac_info }, line, item)
  }
  expect([days('1', '1'), days('1', '0'), days('2', '1')]).toEqual([3.5, 49, 49])
})

test('A ward’s doses are not taken home, but for what is prescribed at the discharge', () => {
  const home = (med_class: Parameters<typeof isTakenHome>[0], dscg_tkdrug_flag: string) =>
    isTakenHome(med_class, { dscg_tkdrug_flag })
  expect([home('OP', '0'), home('PHARM', ''), home('IPT', '0'), home('IPT', '1')]).toEqual([true, true, false, true])
})

test('The generic name makes two drugs the same, else the code', () => {
  expect(genericOf({ med_list_codg: 'X1' }, { generic: '阿莫西林' })).toBe('阿莫西林')
  for (const item of [undefined, {}, { generic: '' }]) expect(genericOf({ med_list_codg: 'X1' }, item)).toBe('X1')
})
