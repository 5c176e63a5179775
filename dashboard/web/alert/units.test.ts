import { expect, it } from 'vitest'
import { codeName } from '../words/codes.ts'
import { WORDS } from '../words/words.ts'
import { plainText } from './plain-text.ts'

it('tells a number of evidence in its unit', () => {
  const told = (field: string, value: number, detector = '') => plainText(value, WORDS.zh, { field, detector })
  expect(told('vola_amt', 1280)).toBe('¥1,280.00')
  expect(told('missing_share', 0.0667)).toBe('6.67%')
  expect(told('rate', 11.7)).toBe('11.7%')
  expect(told('cnt', 30)).toBe('30')
})

it('knows where one detector means something else by a name', () => {
  expect(plainText(0.5012, WORDS.zh, { field: 'price', detector: 'FND-02' })).toBe('50.12%')
  expect(plainText(31.2, WORDS.zh, { field: 'price', detector: 'ANO-11' })).toBe('¥31.20')
  expect(plainText(33.3, WORDS.zh, { field: 'share', detector: 'ANO-04' })).toBe('33.3%')
  expect(plainText(0.9, WORDS.zh, { field: 'share', detector: 'ANO-09' })).toBe('90%')
})

it('tells what exceeds a cap in yuan, and packages that exceed a stock as a number', () => {
  expect(plainText(15, WORDS.zh, { field: 'excess', detector: 'POL-01' })).toBe('¥15.00')
  expect(plainText(15, WORDS.zh, { field: 'excess', detector: 'MGT-21' })).toBe('15')
})

it('tells a code by its word, also where evidence keeps it under another name', () => {
  expect(codeName('registered_gend', '2', 'en')).toBe('female')
  expect(codeName('allowed', '510', 'zh')).toBe('生育')
  expect(codeName('min_level', '2', 'en')).toBe('secondary')
  expect(codeName('expected', 'K80', 'zh')).toBe('')
})
