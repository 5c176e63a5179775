import { expect, test } from 'vitest'
import { parseDay, parseInstant } from '../../../schemas/time.ts'
import type { Visit } from '../../detector.ts'
import { isNewborn } from './newborn.ts'

const visit = (more: object) =>
  ({
    kind: 'settlement',
    setl_time: parseInstant('2026-03-30 10:00:00'),
    psn_type: '',
    diseinfo: [],
    ...more,
  }) as unknown as Visit
const born = (day: string) => isNewborn(visit({ brdy: parseDay(day) }))

test('A newborn is one for twenty-eight days from its birth', () => {
  expect(['2026-03-30', '2026-03-02', '2026-03-01', '2026-03-31'].map(born)).toEqual([true, true, false, false])
})

test('A mother whose bill is her newborn’s is told by the person type, or by the main diagnosis', () => {
  const diagnosed = (diag_code: string, maindiag_flag = '1') => isNewborn(visit({ diseinfo: [{ diag_code, maindiag_flag }] }))
  expect(isNewborn(visit({ psn_type: '1401' }))).toBe(true)
  expect([diagnosed('P59.900'), diagnosed('Z38.000'), diagnosed('Z37.000'), diagnosed('P59.900', '0')]).toEqual([
    ...[true, true, false, false],
  ])
})
