import { expect, test } from 'vitest'
import type { FeeLine } from '../../../schemas/events.ts'
import { hasMedicine, isMedicine, isSlice, isWesternOrPatent } from './medicine.ts'

const line = (list_type: string, med_list_codg = '003') => ({ list_type, med_list_codg })

test('The catalogue says what is a drug, and what are slices', () => {
  for (const list of ['101', '102', '103', '104']) {
    expect(isMedicine(line(list), undefined)).toBe(true)
    expect(isSlice(line(list), undefined)).toBe(list === '102')
  }
  for (const list of ['201', '301']) expect(isMedicine(line(list, 'XJ01'), undefined)).toBe(false)
})

test('The item’s row says it where the line does not', () => {
  expect(isMedicine(line(''), { list_type: '101' })).toBe(true)
  expect(isSlice(line(''), { list_type: '102' })).toBe(true)
  expect(isMedicine(line('', 'XJ01'), { list_type: '301' })).toBe(false)
})

test('Where neither does, the code says it', () => {
  for (const code of ['XJ01', 'ZA04', 'T000700200']) expect(isMedicine(line('', code), {})).toBe(true)
  for (const code of ['0031', 'C140']) expect(isMedicine(line('', code), undefined)).toBe(false)
  expect(isSlice(line('', 'T000700200'), undefined)).toBe(true)
  expect(isSlice(line('', 'XJ01'), undefined)).toBe(false)
})

test('Western and patent medicine are neither slices nor what a hospital makes itself', () => {
  expect(['101', '102', '103', '104', '201'].filter((list) => isWesternOrPatent(line(list), undefined))).toEqual(['101'])
  expect(['XJ01', 'ZA04', 'T000', '0031'].filter((code) => isWesternOrPatent(line('', code), undefined))).toEqual([
    'XJ01',
    'ZA04',
  ])
})

test('One drug makes a visit one with medicine', () => {
  const visit = (...lists: string[]) => ({ feedetail: lists.map((list) => line(list) as FeeLine), items: [] })
  expect(hasMedicine(visit('201', '101'))).toBe(true)
  expect(hasMedicine(visit('201', '301'))).toBe(false)
})
