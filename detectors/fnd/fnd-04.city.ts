import fc from 'fast-check'
import { formatInstant, parseInstant } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { settlement } from '../testing/events.ts'

const bill = fc
  .record({
    fixmedins_code: fc.constantFrom('H1', 'H2'),
    psn_part_amt: fc.constantFrom(2, 3, 9),
    fulamt_ownpay_amt: fc.constantFrom(0, 1),
  })
  .map((given) => (id: string, at: number) => [
    settlement({ setl_id: id, psn_no: 'A', mdtrt_admdvs: '', setl_time: formatInstant(at), ...given }),
  ])

/** Hospitals whose bills are borne in part by persons, from April to June. */
export default {
  happenings: [{ weight: 30, arbitrary: bill }],
  extra: bill,
  alone: true,
  moments: ['2026-04-02', '2026-04-30', '2026-05-01', '2026-05-31', '2026-06-11'].map((day) => parseInstant(`${day} 09:00:00`)),
  params: { least_settlements: 1, least_peers: 2, peer_margin: 0.01 },
} satisfies Quarter
