import { expect, test } from 'vitest'
import type { FeeLine } from '../../schemas/events.ts'
import { linePrint } from './line-print.ts'

const LINE = { med_list_codg: 'XJ01CAA040E001010100001', cnt: 1, pric: 12_500_000, fee_ocur_time: 1_772_413_800_000 } as FeeLine
const print = (more: Partial<FeeLine> = {}, doctor = 'D1') => linePrint({ ...LINE, ...more }, doctor)

test('Equal lines have equal prints, and a fraction of a second makes no difference', () => {
  expect(print()).toBe(print())
  expect(print({ fee_ocur_time: LINE.fee_ocur_time + 700 })).toBe(print())
  expect(Number.isSafeInteger(print())).toBe(true)
})

test('Whatever differs, the print does', () => {
  const others = [
    print({ med_list_codg: 'XJ01CAA040E001010100002' }),
    print({ cnt: 1.0001 }),
    print({ cnt: -1 }),
    print({ pric: 12_500_001 }),
    print({ pric: 12_500_000 + 2 ** 32 }),
    print({ fee_ocur_time: LINE.fee_ocur_time + 1000 }),
    print({}, 'D2'),
    print({ med_list_codg: 'XJ01CAA040E001010100001D' }, '1'),
  ]
  expect(new Set([print(), ...others]).size).toBe(others.length + 1)
})

test('The lines of a long stay do not meet', () => {
  const prints = new Set<number>()
  for (let item = 0; item < 200; item++) {
    for (let hour = 0; hour < 200; hour++) {
      prints.add(print({ med_list_codg: `XJ01CAA040E00101010${item}`, fee_ocur_time: LINE.fee_ocur_time + hour * 3_600_000 }))
    }
  }
  expect(prints.size).toBe(40_000)
})
