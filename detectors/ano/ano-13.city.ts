import fc from 'fast-check'
import { formatInstant, MINUTE, parseInstant } from '../../schemas/time.ts'
import type { Happening, Quarter } from '../testing/city.ts'
import { settlement } from '../testing/events.ts'

/** One customer, or many. */
const sales: fc.Arbitrary<Happening> = fc.constantFrom(1, 1, 1, 6).map(
  (count) => (id, at) =>
    Array.from({ length: count }, (_, i) =>
      settlement({
        ...{ setl_id: i === 0 ? id : `${id}-${i}`, setl_time: formatInstant(at + i * MINUTE), med_type: '41' },
        ...{ fixmedins_code: 'P1', mdtrt_admdvs: '' },
      }),
    ),
)

export default {
  happenings: [{ weight: 20, arbitrary: sales }],
  extra: sales,
  moments: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((day) => parseInstant(`2026-03-${String(day).padStart(2, '0')} 08:00:00`)),
  params: {
    ...{ warm_up_days: 4, slack: 0.1, threshold: 0.5, least_factor: 1, least_settlements: 2, region_institutions: 2 },
    ...{ chart: { lambda: 0.2, limit: 1 }, surge_settlements: 2, surge_factor: 1 },
  },
} satisfies Quarter
