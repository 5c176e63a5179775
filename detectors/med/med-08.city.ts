import fc from 'fast-check'
import { formatInstant } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { settlement } from '../testing/events.ts'

const prescription = fc
  .record({ drugs: fc.constantFrom(3, 6, 9, 9), rxno: fc.constantFrom('R1', '') })
  .map(({ drugs, rxno }) => (setl_id: string, at: number) => [
    settlement({
      ...{ setl_id, setl_time: formatInstant(at) },
      feedetail: Array.from({ length: drugs }, (_, i) => ({ med_list_codg: `X${i}`, rxno })),
    }),
  ])

export default { happenings: [{ weight: 10, arbitrary: prescription }], extra: prescription } satisfies Quarter
