import { expect, it } from 'vitest'
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
