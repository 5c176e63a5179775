import fc from 'fast-check'
import { formatInstant } from '../../schemas/time.ts'
import type { Happening, Quarter } from '../testing/city.ts'
import { settlement } from '../testing/events.ts'

/** The account of one of two persons pays. */
const shared: fc.Arbitrary<Happening> = fc
  .record({
    psn_no: fc.constantFrom('A', 'B', 'C'),
    mulaid_psn_no: fc.constantFrom('A', 'D'),
    place: fc.constantFrom('H1', 'H2'),
  })
  .map(({ psn_no, mulaid_psn_no, place }) => (id, at) => [
    settlement({
      ...{ setl_id: id, psn_no, mulaid_psn_no, acct_mulaid_pay: 2, setl_time: formatInstant(at) },
      ...{ fixmedins_code: place, mdtrt_admdvs: '' },
    }),
  ])

export default {
  happenings: [{ weight: 12, arbitrary: shared }],
  extra: shared,
  params: { persons: 2, regions: 1 },
} satisfies Quarter
