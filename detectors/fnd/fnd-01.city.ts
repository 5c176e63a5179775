import fc from 'fast-check'
import { formatInstant } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { reference, settlement } from '../testing/events.ts'

const payment = fc
  .record({
    fixmedins_code: fc.constantFrom('H1', 'H2', 'P1'),
    insutype: fc.constantFrom('310', '390'),
    hifp_pay: fc.constantFrom(100, 250),
  })
  .map((given) => (id: string, at: number) => [
    settlement({ setl_id: id, psn_no: 'A', mdtrt_admdvs: '', setl_time: formatInstant(at), ...given }),
  ])

/** Small budgets: one of an institution, one of two that share it, one for residents alone. */
export default {
  knowledge: [
    reference('institution', 'H2', { kind: 'hospital', level: '3', admdvs: '990201', group_id: 'G' }),
    reference('institution', 'P1', { kind: 'pharmacy', admdvs: '990101', group_id: 'G' }),
    ...Array.from({ length: 12 }, (_, i) => reference('budget', `H1:2026-${String(i + 1).padStart(2, '0')}`, { quota: 500 })),
    reference('budget', 'G:2026-03', { quota: 600 }),
    reference('budget', 'H1:2026-03:390', { quota: 200 }),
  ],
  happenings: [{ weight: 10, arbitrary: payment }],
  extra: payment,
} satisfies Quarter
