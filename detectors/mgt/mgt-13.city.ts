import fc from 'fast-check'
import { formatInstant } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { settlement } from '../testing/events.ts'

const visit = fc
  .record({ gend: fc.constantFrom('1', '2', '9'), diag_code: fc.constantFrom('N76.000', 'N40.x00', 'P22.000', 'J06.900') })
  .map(({ gend, diag_code }) => (id: string, at: number) => [
    settlement({
      ...{ setl_id: id, psn_no: 'D', gend, fixmedins_code: 'H1', mdtrt_admdvs: '', setl_time: formatInstant(at) },
      diseinfo: [{ diag_type: '1', maindiag_flag: '1', diag_code }],
    }),
  ])

/** Diagnoses of women, men and newborns. */
export default { happenings: [{ weight: 8, arbitrary: visit }], extra: visit } satisfies Quarter
