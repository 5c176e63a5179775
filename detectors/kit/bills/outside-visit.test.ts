import { expect, test } from 'vitest'
import type { FeeLine } from '../../../schemas/events.ts'
import { parseInstant } from '../../../schemas/time.ts'
import type { Visit } from '../../detector.ts'
import type { Stay } from '../stays/stay.ts'
import { doneBefore, isWayIn, notSentOut } from './outside-visit.ts'

const at = (time: string) => parseInstant(`2026-03-02 ${time}`)
const line = (more: object) => more as FeeLine

test('What a ward sends out for examination is its own, with the fee for being seen there; else the fee is somebody’s', () => {
  const [sent, fee, drug] = [line({ etip_flag: '1' }), line({ med_chrgitm_type: '02' }), line({ med_chrgitm_type: '09' })]
  expect(notSentOut([sent, fee, drug])).toEqual([drug])
  expect(notSentOut([fee, drug])).toEqual([fee, drug])
})

test('A visit that is paid more than an hour after the last of it was done then; a purchase is paid where it is made', () => {
  const visit = (med_class: string) => ({ med_class, setl_time: at('18:00:00') }) as Visit
  const lines = (time: string) => [line({ fee_ocur_time: at('08:00:00') }), line({ fee_ocur_time: at(time) })]
  expect(doneBefore(visit('OP'), lines('16:59:59'))).toBe(at('16:59:59'))
  expect(doneBefore(visit('OP'), lines('17:00:00'))).toBeUndefined()
  expect(doneBefore(visit('PHARM'), lines('16:59:59'))).toBeUndefined()
  expect(doneBefore(visit('OP'), [])).toBeUndefined()
})

test('The way into a stay is what was done before it began, and the emergency room of that day', () => {
  const stay = { begntime: at('12:00:00') } as Stay
  const visit = { at: at('18:00:00'), emergency: false, done: undefined }
  const done = (time: string) => isWayIn({ ...visit, done: at(time) }, stay)
  expect([done('11:59:59'), done('12:00:00')]).toEqual([true, false])
  expect(isWayIn(visit, stay)).toBe(false)
  expect(isWayIn({ ...visit, emergency: true }, stay)).toBe(true)
  expect(isWayIn({ ...visit, emergency: true, at: parseInstant('2026-03-03 00:00:00') }, stay)).toBe(false)
})
