import fc from 'fast-check'
import { formatInstant } from '../../schemas/time.ts'
import type { Happening } from '../testing/city.ts'
import { reference, settlement } from '../testing/events.ts'

/** Few drugs, given for weeks, again and again. */
const fill: fc.Arbitrary<Happening> = fc
  .record({
    psn_no: fc.constantFrom('A', 'B'),
    med_type: fc.constantFrom('11', '13', '14', '41'),
    visit: fc.constantFrom('', '', 'V1', 'V2'),
    lines: fc.array(
      fc.record({
        med_list_codg: fc.constantFrom('XP1', 'XP2', 'XQ'),
        prd_days: fc.constantFrom(null, 2, 14, 28, 90),
        /** Some bills give back what earlier ones of their visit had charged. */
        cnt: fc.constantFrom(1, 2, 3, 6, -2),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(({ lines, visit, ...given }) => (id, at) => {
    const feedetail = [...lines, { med_list_codg: 'WARD', list_type: '201', pric: 100 }].map((line, i) => ({
      ...line,
      feedetl_sn: `${id}.${i}`,
    }))
    const mdtrt_id = visit ? `${given.psn_no}${visit}` : id
    return [settlement({ ...given, setl_id: id, mdtrt_id, setl_time: formatInstant(at), feedetail })]
  })

export default {
  knowledge: [
    reference('item', 'XP1', { generic: 'P', pack_days: 28 }),
    reference('item', 'XP2', { generic: 'P', pack_days: 7 }),
    reference('item', 'XQ', { pharm_class: 'J01CA', pack_days: 14 }),
  ],
  happenings: [{ weight: 12, arbitrary: fill }],
  extra: fill,
}
