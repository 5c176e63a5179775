import fc from 'fast-check'
import { formatInstant } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { reference, settlement } from '../testing/events.ts'

const visit = fc
  .record({
    psn_no: fc.constantFrom('A', 'B'),
    codes: fc.subarray(['XA', 'XB', 'XC'], { minLength: 1, maxLength: 2 }),
    med_type: fc.constantFrom('11', '21', '41'),
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
    reference('item', 'XB', { generic: 'B', pharm_class: 'B01AC' }),
    reference('interaction', 'i1', { code_a: 'XA', code_b: 'B01AC', text: '出血' }),
    reference('interaction', 'i2', { code_a: 'XC', code_b: 'J06' }),
  ],
  happenings: [{ weight: 20, arbitrary: visit }],
  extra: visit,
} satisfies Quarter
