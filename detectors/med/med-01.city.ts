import fc from 'fast-check'
import { formatInstant } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { reference, settlement } from '../testing/events.ts'

const visit = fc
  .record({
    psn_no: fc.constantFrom('A', 'B'),
    codes: fc.subarray(['XA', 'XB', 'XC', 'XD'], { minLength: 1, maxLength: 2 }),
    med_type: fc.constantFrom('11', '14', '41'),
    prd_days: fc.constantFrom(2, 7, 28),
  })
  .map(({ codes, prd_days, ...who }) => (setl_id: string, at: number) => [
    settlement({
      ...{ ...who, setl_id, setl_time: formatInstant(at) },
      feedetail: codes.map((med_list_codg, i) => ({ med_list_codg, prd_days, feedetl_sn: `${setl_id}-${i}` })),
    }),
  ])

export default {
  knowledge: [
    ...['XA', 'XB', 'XC', 'XD'].map((code) => reference('item', code, { pharm_class: 'C10AA', generic: code, list_type: '101' })),
    reference('combination_ok', 'ok', { code_a: 'XA', code_b: 'XD' }),
  ],
  happenings: [{ weight: 20, arbitrary: visit }],
  extra: visit,
} satisfies Quarter
