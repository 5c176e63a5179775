import { expect, test } from 'vitest'
import type { FeeLine } from '../../../schemas/events.ts'
import { basketPrint, contentPrint, elementPrint, linePrint, packPrints, unpackPrints } from './print.ts'

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

const basket = (...lines: readonly Partial<FeeLine>[]) => basketPrint(lines.map((line) => ({ ...LINE, ...line })))
const [A, B] = [{ med_list_codg: 'A' }, { med_list_codg: 'B' }]

test('Prints survive being written down', () => {
  const prints = [0, 1, 56, 57, 58, 2 ** 48 - 1, 2 ** 24, 63 << 18, print(), print({}, 'D2')]
  const text = packPrints(prints)
  expect(unpackPrints(JSON.parse(JSON.stringify(text)))).toEqual(prints)
  expect(JSON.stringify(text)).toHaveLength(2 + 8 * prints.length)
})

test('The order of a basket does not matter, nor when or by whom its lines were charged', () => {
  expect(basket(A, B)).toBe(basket(B, A))
  expect(basket({ ...A, fee_ocur_time: 0, bilg_dr_codg: 'D2' }, B)).toBe(basket(A, B))
})

test('Whatever else differs, the print of the basket does', () => {
  const baskets = [
    basket(),
    basket(A),
    basket(A, A),
    basket(A, B),
    basket({ med_list_codg: 'AB' }),
    basket(A, { ...B, cnt: 2 }),
    basket({ ...A, cnt: 2 }, B),
    basket({ ...A, cnt: -1 }, B),
    basket({ ...A, cnt: 1.0001 }, B),
    basket(A, { ...B, pric: 12_500_000 + 2 ** 40 }),
  ]
  expect(new Set(baskets).size).toBe(baskets.length)
})

test('Similar baskets do not meet', () => {
  const prints = new Set<number>()
  for (let a = 0; a < 100; a++) for (let b = a; b < 100; b++) prints.add(basket({ cnt: a }, { cnt: b }))
  expect(prints.size).toBe((100 * 101) / 2)
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

test('The content of a basket is its codes and counts, whatever they cost', () => {
  const content = (...lines: readonly Partial<FeeLine>[]) => contentPrint(lines.map((line) => ({ ...LINE, ...line })))
  expect(content(A, B)).toBe(content({ ...B, pric: 1 }, A))
  expect(content(A, B)).not.toBe(content(A, { ...B, cnt: 2 }))
  expect(content(A, A)).not.toBe(content(A))
  expect(elementPrint({ ...LINE, cnt: 2 })).not.toBe(elementPrint(LINE))
  expect(Number.isSafeInteger(elementPrint(LINE))).toBe(true)
})
