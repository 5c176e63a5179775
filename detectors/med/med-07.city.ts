import fc from 'fast-check'
import { formatInstant, parseInstant } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { settlement } from '../testing/events.ts'

const visit = fc
  .record({ pric: fc.constantFrom(10, 20, 400), med_type: fc.constantFrom('11', '14'), psn_no: fc.constantFrom('A', 'B') })
  .map(({ pric, ...who }) => (setl_id: string, at: number) => [
    settlement({ ...who, setl_id, fixmedins_code: 'H1', mdtrt_admdvs: '', setl_time: formatInstant(at), feedetail: [{ pric }] }),
  ])

/** Visits of one kind on days of which the later ones know the earlier. */
export default {
  happenings: [{ weight: 30, arbitrary: visit }],
  extra: visit,
  moments: ['2026-03-06 00:00:00', '2026-03-06 00:05:00', '2026-03-10 09:00:00'].map(parseInstant),
  params: { z: 0.1, op_floor: 0, chronic_floor: 0, least_peers: 2 },
} satisfies Quarter
