import fc from 'fast-check'
import { formatInstant, parseInstant } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { settlement } from '../testing/events.ts'

const visit = fc
  .record({ fixmedins_code: fc.constantFrom('H1', 'H2'), pric: fc.constantFrom(100, 200, 312) })
  .map(({ fixmedins_code, pric }) => (id: string, at: number) => [
    settlement({ setl_id: id, mdtrt_admdvs: '', setl_time: formatInstant(at), fixmedins_code, feedetail: [{ pric }] }),
  ])

/** Two hospitals in April and May. */
export default {
  happenings: [{ weight: 30, arbitrary: visit }],
  extra: visit,
  alone: true,
  moments: ['2026-04-02', '2026-04-28', '2026-05-01', '2026-05-11'].map((day) => parseInstant(`${day} 09:00:00`)),
  params: { settlements: 1, mad: 0.18, whole_factor: 1.1, peers: 2 },
} satisfies Quarter
