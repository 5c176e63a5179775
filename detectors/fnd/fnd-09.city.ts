import fc from 'fast-check'
import { DAY, formatInstant } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { reference, settlement } from '../testing/events.ts'

const use = fc
  .record({
    fixmedins_code: fc.constantFrom('H1', 'H2'),
    med_list_codg: fc.constantFrom('CHOSEN', 'ADULT'),
    /** Some bills give back what earlier ones of their visit had charged. */
    cnt: fc.constantFrom(1, 5, 5, -1),
    begun: fc.constantFrom(0, 3),
  })
  .map(({ fixmedins_code, begun, ...line }) => (id: string, at: number) => [
    settlement({
      ...{ setl_id: id, psn_no: 'A', mdtrt_admdvs: '', fixmedins_code, setl_time: formatInstant(at) },
      ...{ begntime: formatInstant(at - begun * DAY), feedetail: [line, { med_list_codg: 'WARD', feedetl_sn: 'w', pric: 100 }] },
    }),
  ])

/** Two hospitals that have agreed to use something from March on. */
export default {
  knowledge: [
    reference('vbp', 'G1', {
      selected: [{ code: 'CHOSEN' }],
      agreed: ['H1', 'H2'].map((fixmedins_code) => ({ fixmedins_code, qty: 40, from: '2026-03-01', to: '2026-12-31' })),
    }),
    reference('vbp', 'G2', {
      selected: [{ code: 'ADULT' }],
      agreed: [{ fixmedins_code: 'H1', qty: 20, from: '2026-02-25', to: '2026-09-15' }],
    }),
  ],
  happenings: [{ weight: 10, arbitrary: use }],
  extra: use,
  params: { unknown_days: 30 },
} satisfies Quarter
