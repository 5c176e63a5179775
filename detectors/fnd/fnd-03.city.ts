import fc from 'fast-check'
import { formatInstant, parseInstant } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { settlement } from '../testing/events.ts'

const stay = fc
  .record({ fixmedins_code: fc.constantFrom('H1', 'H2'), psn_no: fc.constantFrom('A', 'B', 'C') })
  .map((given) => (id: string, at: number) => [
    settlement({ setl_id: id, mdtrt_admdvs: '', med_type: '21', setl_time: formatInstant(at), ...given }),
  ])

/** Hospitals to which the same few persons come, in April and May. */
export default {
  happenings: [{ weight: 30, arbitrary: stay }],
  extra: stay,
  alone: true,
  moments: ['2026-04-02', '2026-04-28', '2026-05-01', '2026-05-11'].map((day) => parseInstant(`${day} 09:00:00`)),
  params: { mads: 0.5, least_discharges: 1, least_peers: 2, margin: 0.05 },
} satisfies Quarter
