import fc from 'fast-check'
import { formatInstant } from '../../schemas/time.ts'
import type { Happening, Quarter } from '../testing/city.ts'
import { settlement } from '../testing/events.ts'

/** Somebody presents one of two credentials. */
const presented: fc.Arbitrary<Happening> = fc
  .record({ psn_no: fc.constantFrom('A', 'B', 'C'), mdtrt_cert_no: fc.constantFrom('T1', 'T2') })
  .map(({ psn_no, mdtrt_cert_no }) => (id, at) => [
    settlement({ setl_id: id, psn_no, mdtrt_cert_no, setl_time: formatInstant(at), fixmedins_code: 'P1', mdtrt_admdvs: '' }),
  ])

export default {
  happenings: [{ weight: 6, arbitrary: presented }],
  extra: presented,
  params: { in_a_day: 1, in_a_week: 2, in_a_month: 3 },
} satisfies Quarter
