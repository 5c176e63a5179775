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
    visit: fc.constantFrom('', '', 'V1', 'V2'),
    /** Some bills give back what earlier ones of their visit had charged. */
    cnt: fc.constantFrom(1, 2, -1),
  })
  .map(({ codes, prd_days, visit, cnt, ...who }) => (setl_id: string, at: number) => {
    const drugs = codes.map((med_list_codg) => ({ med_list_codg, prd_days, cnt }))
    const feedetail = [...drugs, { med_list_codg: 'WARD', list_type: '201', pric: 100 }]
    return [
      settlement({
        ...{ ...who, setl_id, mdtrt_id: visit ? `${who.psn_no}${visit}` : setl_id, setl_time: formatInstant(at) },
        feedetail: feedetail.map((line, i) => ({ ...line, feedetl_sn: `${setl_id}-${i}` })),
      }),
    ]
  })

export default {
  knowledge: [
    ...['XA', 'XB', 'XC', 'XD'].map((code) => reference('item', code, { pharm_class: 'C10AA', generic: code, list_type: '101' })),
    reference('combination_ok', 'ok', { code_a: 'XA', code_b: 'XD' }),
  ],
  happenings: [{ weight: 20, arbitrary: visit }],
  extra: visit,
} satisfies Quarter
