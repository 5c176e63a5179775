import { expect, test } from 'vitest'
import { MINUTE, parseInstant } from '../../../schemas/time.ts'
import type { Visit } from '../../detector.ts'
import { isSpread, servedBefore } from './served-before.ts'

const at = (time: string) => parseInstant(`2026-03-02 ${time}`)
const visit = (endtime: string, ...lines: string[]) =>
  ({
    setl_time: at('18:00:00'),
    endtime: endtime ? at(endtime) : undefined,
    feedetail: lines.map((time) => ({ fee_ocur_time: at(time) })),
  }) as unknown as Visit

test('Who was served more than so many hours before the settlement was served then, and not at the settlement', () => {
  expect(servedBefore(visit('', '08:00:00', '15:59:59'), 2)).toBe(at('15:59:59'))
  expect(servedBefore(visit('', '08:00:00', '16:00:00'), 2)).toBeUndefined()
})

test('The end of the visit says it where no line tells more than the day', () => {
  expect(servedBefore(visit('09:00:00', '00:00:00'), 2)).toBe(at('09:00:00'))
  expect(servedBefore(visit('09:00:00', '17:00:00'), 2)).toBeUndefined()
  for (const untold of ['', '00:00:00']) expect(servedBefore(visit(untold, '00:00:00'), 2)).toBeUndefined()
})

test('One moment for everybody, give or take some minutes, is none at which people were served', () => {
  const apart = (minutes: number) => isSpread([0, minutes * MINUTE, MINUTE], 10)
  expect([10, 10.01].map(apart)).toEqual([false, true])
})
