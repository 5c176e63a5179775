import fc from 'fast-check'
import { formatInstant } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { reference, settlement } from '../testing/events.ts'

const visit = fc
  .record({
    psn_no: fc.constantFrom('A', 'B'),
    codes: fc.subarray(['STENT', 'SCREW', 'FITTING'], { minLength: 1 }),
    visit: fc.constantFrom('V1', 'V2', ''),
    med_type: fc.constantFrom('11', '21'),
    /** Some bills give back what earlier ones of their visit had charged. */
    cnt: fc.constantFrom(1, 3, -1),
    operated: fc.boolean(),
  })
  .map(({ codes, visit, cnt, operated, ...who }) => (setl_id: string, at: number) => [
    settlement({
      ...{ ...who, setl_id, mdtrt_id: visit && `${who.psn_no}-${visit}`, setl_time: formatInstant(at) },
      oprninfo: operated ? [{ oprn_oprt_code: '36.0600', oprn_oprt_date: formatInstant(at) }] : [],
      feedetail: [...codes, 'WARD'].map((med_list_codg) => {
        const line = { med_list_codg, feedetl_sn: `${setl_id}-${med_list_codg}`, list_type: '301' }
        return med_list_codg === 'WARD' ? { ...line, pric: 9000 } : { ...line, cnt, pric: med_list_codg === 'STENT' ? 6000 : 20 }
      }),
    }),
  ])

export default {
  knowledge: [
    reference('pair_required', 'p1', { code: 'STENT', any_of: ['36.06', 'FITTING'] }),
    reference('quantity_limit', 'q1', { code: 'SCREW', max_cnt: 2, per: 'OPERATION' }),
  ],
  happenings: [{ weight: 20, arbitrary: visit }],
  extra: visit,
} satisfies Quarter
