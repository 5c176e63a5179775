import fc from 'fast-check'
import { DAY, formatInstant } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { reference, settlement } from '../testing/events.ts'

const visit = fc
  .record({
    psn_no: fc.constantFrom('A', 'B'),
    codes: fc.subarray(['DYE', 'SCAN', 'NUMB'], { minLength: 1 }),
    visit: fc.constantFrom('V1', 'V2', ''),
    med_type: fc.constantFrom('11', '21'),
    earlier: fc.constantFrom(0, 0, 1, 2),
    /** Some bills give back what earlier ones of their visit had charged. */
    cnt: fc.constantFrom(1, 1, 2, -1),
  })
  .map(({ codes, visit, earlier, cnt, ...who }) => (setl_id: string, at: number) => [
    settlement({
      ...{ ...who, setl_id, mdtrt_id: visit && `${who.psn_no}-${visit}`, setl_time: formatInstant(at) },
      oprninfo: earlier === 1 ? [{ oprn_oprt_code: '51.2300', oprn_oprt_date: formatInstant(at) }] : [],
      feedetail: [...codes, 'WARD'].map((med_list_codg) => {
        const line = {
          med_list_codg,
          feedetl_sn: `${setl_id}-${med_list_codg}`,
          fee_ocur_time: formatInstant(at - earlier * DAY),
        }
        return med_list_codg === 'WARD' ? { ...line, pric: 5000 } : { ...line, cnt }
      }),
    }),
  ])

export default {
  knowledge: [
    reference('pair_required', 'p1', { code: 'DYE', any_of: ['SCAN'] }),
    reference('pair_required', 'p2', { code: 'NUMB', any_of: ['51.2'], within_days: 0 }),
  ],
  happenings: [{ weight: 20, arbitrary: visit }],
  extra: visit,
} satisfies Quarter
