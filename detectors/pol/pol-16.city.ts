import fc from 'fast-check'
import { formatInstant } from '../../schemas/time.ts'
import type { Happening } from '../testing/city.ts'
import { reference, settlement } from '../testing/events.ts'

/** One slice is never paid, another not alone. */
const slices: fc.Arbitrary<Happening> = fc
  .array(fc.record({ med_list_codg: fc.constantFrom('T1', 'T2', 'T3'), rxno: fc.constantFrom('R1', 'R2', '') }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((lines) => (id, at) => {
    const feedetail = lines.map((line) => ({ ...line, list_type: '102' }))
    return [settlement({ setl_id: id, mdtrt_id: id, psn_no: 'A', setl_time: formatInstant(at), feedetail })]
  })

export default {
  knowledge: [reference('herbal_unpaid', 'T1', { mode: 'ANY' }), reference('herbal_unpaid', 'T2', { mode: 'SINGLE' })],
  happenings: [{ weight: 8, arbitrary: slices }],
  extra: slices,
}
