import fc from 'fast-check'
import { formatInstant } from '../../schemas/time.ts'
import type { Happening } from '../testing/city.ts'
import { reference, settlement } from '../testing/events.ts'

/** Purchases of one or two packages, of which some have their codes. */
const purchase: fc.Arbitrary<Happening> = fc
  .array(fc.record({ cnt: fc.constantFrom(1, 2), codes: fc.constantFrom(0, 1, 2), code: fc.constantFrom('XP', 'XQ') }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((lines) => (id, at) => {
    const feedetail = lines.map(({ cnt, code }, i) => ({ feedetl_sn: `${id}.${i}`, med_list_codg: code, cnt }))
    const drug_trac_info = lines.flatMap(({ codes }, i) =>
      Array.from({ length: codes }, (_, n) => ({ feedetl_sn: `${id}.${i}`, drug_trac_codg: `${id}.${i}.${n}` })),
    )
    const given = { setl_id: id, mdtrt_id: id, psn_no: 'A', fixmedins_code: 'P1', med_type: '41', mdtrt_admdvs: '' }
    return [settlement({ ...given, setl_time: formatInstant(at), feedetail, drug_trac_info })]
  })

export default {
  knowledge: [reference('no_trace_stock', 'P1:XQ', {})],
  happenings: [{ weight: 12, arbitrary: purchase }],
  extra: purchase,
  params: { required: true, share: 0.4 },
}
