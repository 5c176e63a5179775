import { expect, it } from 'vitest'
import { formatArrival, formatArticle, formatMinute, formatTime, formatYuan, lastDay } from './format.ts'

it('writes money in yuan with two decimals', () => {
  expect([formatYuan(1280), formatYuan(2.5), formatYuan(0)]).toEqual(['¥1,280.00', '¥2.50', '¥0.00'])
})

it('writes the Beijing time that an alert carries', () => {
  expect(formatTime('2026-01-05T09:31:07+08:00')).toBe('2026-01-05 09:31:07')
  expect(formatMinute('2026-01-05T09:31:07+08:00')).toBe('01-05 09:31')
})

it('tells of today the clock alone, by the day of Beijing', () => {
  const arrived = '2026-01-05T23:59:59+08:00'
  expect(formatArrival(arrived, Date.parse('2026-01-05T15:59:59Z'))).toBe('23:59:59')
  expect(formatArrival(arrived, Date.parse('2026-01-05T16:00:00Z'))).toBe('01-05 23:59')
})

it('names the last day of a term, not the midnight at which it ends', () => {
  expect(lastDay('2026-01-06T00:00:00+08:00')).toBe('2026-01-05')
  expect(lastDay('2026-01-06T14:47:00+08:00')).toBe('2026-01-06')
})

it('names the article in both languages', () => {
  expect(formatArticle('38(三)', 'zh')).toBe('第38条第（三）项')
  expect(formatArticle('38(三)', 'en')).toBe('Art. 38 (3)')
  expect(formatArticle('40', 'zh')).toBe('第40条')
  expect(formatArticle('附件二', 'en')).toBe('附件二')
  expect(formatArticle('个人负担比', 'en')).toBe('personal burden ratio')
  expect(formatArticle('个人负担比', 'zh')).toBe('个人负担比')
})
