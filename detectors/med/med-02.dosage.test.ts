import { expect, test } from 'vitest'
import { conversion, parseDose, parseFrequency } from './med-02.dosage.ts'

test.each([
  ['0.5g', 0.5, 'g'],
  ['每次 2片', 2, '片'],
  ['５００ ＭＧ', 500, 'mg'],
  ['1粒/次', 1, '粒'],
  ['80万单位', 80, '万单位'],
])('%s is a dose', (text, amount, unit) => {
  expect(parseDose(text)).toEqual({ amount, unit })
})

test.each(['', '适量', '1-2片', '2片或遵医嘱', '0.5', '首剂2片'])('%s is none', (text) => {
  expect(parseDose(text)).toBeUndefined()
})

test.each([
  ['tid', 3],
  ['b.i.d.', 2],
  ['q8h', 3],
  ['q12h', 2],
  ['qod', 0.5],
  ['每日三次', 3],
  ['一日2次', 2],
  ['3次/日', 3],
  ['每8小时一次', 3],
  ['每六小时1次', 4],
  ['每晚一次', 1],
  ['隔日一次', 0.5],
  ['每周7次', 1],
  ['qw', 1 / 7],
])('%s is %d times a day', (text, times) => {
  expect(parseFrequency(text)).toBeCloseTo(times)
})

test.each(['', 'prn', '必要时', '遵医嘱', '每日3-4次'])('%s is no frequency', (text) => {
  expect(parseFrequency(text)).toBeUndefined()
})

test('Units of one kind are converted, others are not', () => {
  expect(conversion('g', 'mg')).toBe(1000)
  expect(conversion('微克', 'mg')).toBe(0.001)
  expect(conversion('万U', 'IU')).toBe(10_000)
  expect(conversion('片', '片')).toBe(1)
  expect(conversion('片', 'mg')).toBeUndefined()
})
