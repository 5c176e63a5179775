import fc from 'fast-check'
import { formatInstant, parseInstant } from '../../schemas/time.ts'
import type { Happening, Quarter } from '../testing/city.ts'
import { reference, settlement } from '../testing/events.ts'

const sale: fc.Arbitrary<Happening> = fc
  .record({ psn_no: fc.constantFrom('A', 'B'), place: fc.constantFrom('P1', 'P2'), pric: fc.constantFrom(10, 96, 100, 104) })
  .map(({ psn_no, place, pric }) => (id, at) => [
    settlement({
      ...{ setl_id: id, psn_no, setl_time: formatInstant(at), fixmedins_code: place, mdtrt_admdvs: '990101', med_type: '41' },
      feedetail: [{ pric }],
    }),
  ])

/** Two pharmacies in a whole year, most of it in December. */
export default {
  knowledge: [reference('fund_cap', 'cap', { admdvs: '990000', insutype: '310', year_cap: 100 })],
  happenings: [{ weight: 24, arbitrary: sale }],
  extra: sale,
  alone: true,
  moments: ['2026-12-02', '2026-12-19', '2026-12-24', '2026-12-28'].map((day) => parseInstant(`${day} 08:00:00`)),
  params: {
    ...{ cap_from: 0.1, cap_settlements: 1, rush_factor: 0.1, rush_known_days: 1 },
    ...{ threshold_yuan: 100, threshold_factor: 1, threshold_settlements: 1 },
  },
} satisfies Quarter
