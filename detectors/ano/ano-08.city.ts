import fc from 'fast-check'
import { formatInstant } from '../../schemas/time.ts'
import type { Happening, Quarter } from '../testing/city.ts'
import { settlement } from '../testing/events.ts'

/** Somebody gets the usual, or one thing more. */
const usual: fc.Arbitrary<Happening> = fc
  .record({ psn_no: fc.constantFrom('A', 'B', 'C'), more: fc.boolean(), place: fc.constantFrom('H1', 'H2') })
  .map(({ psn_no, more, place }) => (id, at) => [
    settlement({
      ...{ setl_id: id, psn_no, setl_time: formatInstant(at), fixmedins_code: place, mdtrt_admdvs: '' },
      feedetail: ['WATCH', 'BED', ...(more ? ['ADULT'] : [])].map((med_list_codg) => ({ med_list_codg })),
    }),
  ])

export default {
  happenings: [{ weight: 18, arbitrary: usual }],
  extra: usual,
  params: { lines: 2, persons: 2, similar_lines: 2, similarity: 0.4 },
} satisfies Quarter
