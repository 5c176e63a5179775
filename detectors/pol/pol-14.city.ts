import fc from 'fast-check'
import { formatInstant } from '../../schemas/time.ts'
import type { Happening } from '../testing/city.ts'
import { reference, settlement } from '../testing/events.ts'

/** Few drugs, given for weeks, again and again. */
const fill: fc.Arbitrary<Happening> = fc
  .record({
    psn_no: fc.constantFrom('A', 'B'),
    med_type: fc.constantFrom('11', '13', '14', '41'),
    lines: fc.array(
      fc.record({
        med_list_codg: fc.constantFrom('XP1', 'XP2', 'XQ'),
        prd_days: fc.constantFrom(null, 2, 14, 28, 90),
        cnt: fc.constantFrom(1, 2, 3),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(({ lines, ...given }) => (id, at) => {
    const feedetail = lines.map((line, i) => ({ ...line, feedetl_sn: `${id}.${i}` }))
    return [settlement({ ...given, setl_id: id, mdtrt_id: id, setl_time: formatInstant(at), feedetail })]
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
