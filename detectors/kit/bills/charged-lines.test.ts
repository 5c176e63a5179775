import { expect, test } from 'vitest'
import type { FeeLine } from '../../../schemas/events.ts'
import { chargedLines, takenBackBeyond } from './charged-lines.ts'

const line = (feedetl_sn: string, cnt: number, more: Partial<FeeLine> = {}) =>
  ({
    feedetl_sn,
    med_list_codg: 'A',
    cnt,
    pric: 10e6,
    fee_ocur_time: 0,
    det_item_fee_sumamt: cnt * 1000,
    inscp_scp_amt: cnt * 900,
    ...more,
  }) as FeeLine
const charged = (...feedetail: FeeLine[]) =>
  chargedLines({ feedetail }).map(({ feedetl_sn, cnt, inscp_scp_amt }) => [feedetl_sn, cnt, inscp_scp_amt])

test('Without negative lines every line is charged', () => {
  expect(charged(line('1', 1), line('2', 2))).toEqual([
    ['1', 1, 900],
    ['2', 2, 1800],
  ])
})

test('A negative line takes its count and its part of the amounts back, wherever it stands', () => {
  expect(charged(line('1', -2), line('2', 5))).toEqual([['2', 3, 2700]])
  expect(charged(line('1', 2), line('2', -2))).toEqual([])
  const supply = line('1', 4, { overlmt_amt: 400, prd_days: 28 })
  expect(chargedLines({ feedetail: [supply, line('2', -3)] })).toMatchObject([{ cnt: 1, overlmt_amt: 100, prd_days: 7 }])
})

test('It takes back the same price and time first, then the last line', () => {
  const [evening, dear] = [{ fee_ocur_time: 8 }, { pric: 20e6 }]
  expect(charged(line('1', 1, dear), line('2', 1), line('3', -1, dear))).toEqual([['2', 1, 900]])
  expect(charged(line('1', 1, evening), line('2', 1), line('3', -1, evening))).toEqual([['2', 1, 900]])
  expect(charged(line('1', 1), line('2', 1), line('3', -1))).toEqual([['1', 1, 900]])
  expect(charged(line('1', 1), line('2', 2), line('3', -1))).toEqual([
    ['1', 1, 900],
    ['2', 1, 900],
  ])
  expect(charged(line('1', 1), line('2', 2), line('3', -3))).toEqual([])
})

test('Another code is not touched, and a negative line alone is no charge', () => {
  expect(charged(line('1', 1, { med_list_codg: 'B' }), line('2', -1))).toEqual([['1', 1, 900]])
  expect(charged(line('1', 0), line('2', 1))).toEqual([['2', 1, 900]])
})

test('A negative amount takes back as a negative count does', () => {
  expect(charged(line('1', 1), line('2', 1, { det_item_fee_sumamt: -1000 }))).toEqual([])
})

test('What a bill takes back beyond its own charges was charged before', () => {
  const beyond = (...feedetail: FeeLine[]) =>
    takenBackBeyond({ feedetail }).map(({ feedetl_sn, cnt, inscp_scp_amt }) => [feedetl_sn, cnt, inscp_scp_amt])
  expect(beyond(line('1', 2), line('2', -2))).toEqual([])
  expect(beyond(line('1', 1), line('2', -3), line('3', -1, { med_list_codg: 'B' }))).toEqual([
    ['2', -2, -1800],
    ['3', -1, -900],
  ])
  expect(beyond(line('1', -1), line('2', -2), line('3', 2))).toEqual([['2', -1, -900]])
  expect(beyond(line('1', 2, { det_item_fee_sumamt: -2000, inscp_scp_amt: -1800 }))).toEqual([['1', -2, -1800]])
})

test('What is given for nothing is charged too, and what nothing is taken back of stays as it is', () => {
  expect(charged(line('1', 1, { det_item_fee_sumamt: 0, inscp_scp_amt: 0 }), line('2', -1))).toEqual([])
  const [first, second, free] = [line('1', 1), line('2', 1), line('3', 1, { det_item_fee_sumamt: 0, med_list_codg: 'B' })]
  const left = chargedLines({ feedetail: [first, second, free, line('4', -1)] })
  expect(left[0]).toBe(first)
  expect(left[1]).toBe(free)
})
