import fc from 'fast-check'
import { formatInstant } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { settlement } from '../testing/events.ts'

const prescription = fc
  .record({ slices: fc.constantFrom(3, 30), rxno: fc.constantFrom('R1', ''), cnt: fc.constantFrom(20, 400) })
  .map(({ slices, ...line }) => (setl_id: string, at: number) => [
    settlement({
      ...{ setl_id, setl_time: formatInstant(at) },
      feedetail: Array.from({ length: slices }, (_, i) => ({ med_list_codg: `T${i}`, list_type: '102', prd_days: 2, ...line })),
    }),
  ])

export default { happenings: [{ weight: 10, arbitrary: prescription }], extra: prescription } satisfies Quarter
