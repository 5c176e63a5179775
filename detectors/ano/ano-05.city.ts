import fc from 'fast-check'
import { DAY, formatInstant, HOUR, parseInstant } from '../../schemas/time.ts'
import type { Happening, Quarter } from '../testing/city.ts'
import { reference, settlement } from '../testing/events.ts'

const bought = (id: string, at: number, fixmedins_code: string, before = 0) =>
  settlement({
    ...{ setl_id: id, setl_time: formatInstant(at), med_type: '41', fixmedins_code, mdtrt_admdvs: '' },
    feedetail: [{ fee_ocur_time: formatInstant(at - before * HOUR) }],
  })

/** A pharmacy that is open by day, another that is closed on Thursdays; three days, and three nights, on end. */
const sale: fc.Arbitrary<Happening> = fc
  .record({
    shop: fc.constantFrom('P2', 'P3'),
    night: fc.boolean(),
    days: fc.constantFrom(0, 1, 2, 5),
    before: fc.constantFrom(0, 3, 6),
  })
  .map(({ shop, night, days, before }) => (id, at) => [bought(id, at + days * DAY + (night ? 16 * HOUR : 0), shop, before)])

export default {
  knowledge: [
    reference('institution', 'P2', { kind: 'pharmacy', admdvs: '990101', open_hours: '08:00-22:00' }),
    reference('institution', 'P3', { kind: 'pharmacy', admdvs: '990101', open_hours: '00:00-24:00', closed_days: ['thu'] }),
  ],
  happenings: [{ weight: 18, arbitrary: sale }],
  extra: sale,
  moments: ['2026-03-08', '2026-03-09', '2026-03-10'].map((day) => parseInstant(`${day} 08:00:00`)),
  params: { night_settlements: 2, hour_settlements: 1, hour_factor: 1, warm_up_days: 4 },
} satisfies Quarter
