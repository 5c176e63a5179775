import { expect, test } from 'vitest'
import type { FeeLine } from '../../../schemas/events.ts'
import type { Visit } from '../../detector.ts'
import { exactFundsOf, fundOf, fundsOf } from './finding.ts'

const line = (inscp_scp_amt: number) => ({ inscp_scp_amt }) as FeeLine
const visit = (fund_pay_sumamt: number, ...amounts: number[]) => {
  return { fund_pay_sumamt, feedetail: amounts.map(line) } as unknown as Visit
}

test('The fund paid of each line what it paid of the visit, and nothing outside the policy', () => {
  const paid = visit(700, 600, 400, 0)
  expect(fundsOf(paid, paid.feedetail)).toEqual([420, 280, 0])
  expect(paid.feedetail.map((one) => fundOf(paid, one))).toEqual([420, 280, 0])
  expect(fundsOf(visit(700, 0), [line(0)])).toEqual([0])
})

test('Rounded parts come to what was paid for all of them', () => {
  const thirds = visit(100, 50, 50, 50)
  expect(fundsOf(thirds, thirds.feedetail)).toEqual([33, 34, 33])
  expect(exactFundsOf(thirds, thirds.feedetail)[0]).toBe(33.333333)
})

test('What is taken back of an earlier bill went to the fund in the same share', () => {
  const back = visit(630, 1000, -100)
  expect(fundsOf(back, back.feedetail)).toEqual([630, -70])
})
