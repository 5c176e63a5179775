import fc from 'fast-check'
import { formatInstant, parseInstant } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { settlement } from '../testing/events.ts'

const visit = fc
  .record({
    fixmedins_code: fc.constantFrom('H1', 'H1', 'P1'),
    pric: fc.constantFrom(10, 20, 90),
    med_type: fc.constantFrom('11', '14'),
  })
  .map(({ pric, ...given }) => (id: string, at: number) => [
    settlement({ setl_id: id, psn_no: 'A', mdtrt_admdvs: '', setl_time: formatInstant(at), feedetail: [{ pric }], ...given }),
  ])

/** One region whose visits cost more or less, in one month and in the same of the next year. */
export default {
  happenings: [{ weight: 30, arbitrary: visit }],
  extra: visit,
  alone: true,
  moments: ['2026-04-02', '2026-04-30', '2027-04-02', '2027-04-28'].map((day) => parseInstant(`${day} 09:00:00`)),
  params: { growth: 0.1, above_region: -5, least_settlements: 1 },
} satisfies Quarter
