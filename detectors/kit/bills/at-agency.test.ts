import { expect, test } from 'vitest'
import type { Visit } from '../../detector.ts'
import { doneAt, isAtAgency } from './at-agency.ts'

test('What the agency reimburses was done when the visit began, else at its first line, as far as the bill tells', () => {
  const visit = (begntime: number | undefined, ...times: number[]) =>
    ({ begntime, feedetail: times.map((fee_ocur_time) => ({ fee_ocur_time })) }) as unknown as Visit
  expect(['1', '2', ''].map((pay_loc) => isAtAgency({ pay_loc }))).toEqual([true, false, false])
  expect([doneAt(visit(3, 5)), doneAt(visit(undefined, 8, 5)), doneAt(visit(undefined))]).toEqual([3, 5, undefined])
})
