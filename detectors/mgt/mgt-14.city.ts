import fc from 'fast-check'
import { formatInstant, HOUR } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { settlement } from '../testing/events.ts'

const visit = fc
  .record({ fixmedins_code: fc.constantFrom('H1', 'H2'), hours: fc.constantFrom(0, 0, 30, 80) })
  .map(({ fixmedins_code, hours }) => (id: string, at: number) => [
    settlement({
      ...{ setl_id: id, psn_no: 'A', fixmedins_code, mdtrt_admdvs: '', setl_time: formatInstant(at) },
      ingest_time: formatInstant(at + hours * HOUR),
    }),
  ])

/** Two hospitals, one line at a time. */
export default { happenings: [{ weight: 20, arbitrary: visit }], extra: visit, params: { late_lines: 1 } } satisfies Quarter
