import fc from 'fast-check'
import { formatInstant, parseInstant } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { settlement } from '../testing/events.ts'

const visit = fc
  .record({ fixmedins_code: fc.constantFrom('H1', 'H2'), med_chrgitm_type: fc.constantFrom('01', '03', '09', '09') })
  .map(({ fixmedins_code, med_chrgitm_type }) => (id: string, at: number) => [
    settlement({
      ...{ setl_id: id, psn_no: 'A', fixmedins_code, mdtrt_admdvs: '', setl_time: formatInstant(at) },
      feedetail: [{ med_chrgitm_type }],
    }),
  ])

/** Two hospitals that charge now this, now that, in April and May. */
export default {
  happenings: [{ weight: 30, arbitrary: visit }],
  extra: visit,
  alone: true,
  moments: ['2026-04-02', '2026-04-28', '2026-05-01', '2026-05-11'].map((day) => parseInstant(`${day} 09:00:00`)),
  params: { mads: 0.5, least_settlements: 1, least_peers: 2 },
} satisfies Quarter
