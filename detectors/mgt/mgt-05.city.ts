import fc from 'fast-check'
import { formatInstant, HOUR, parseInstant } from '../../schemas/time.ts'
import type { Happening, Quarter } from '../testing/city.ts'
import { admission, discharge, inpatient } from '../testing/events.ts'

/** Short stays of one person at one hospital, told of by several events. */
const stay: fc.Arbitrary<Happening> = fc
  .record({
    fixmedins_code: fc.constantFrom('H1', 'H1', 'H2'),
    diag_code: fc.constantFrom('I63.900', 'I63.500', 'J18.900', 'Z51.100'),
    told: fc.record({ admission: fc.boolean(), discharge: fc.boolean() }),
  })
  .map(({ fixmedins_code, diag_code, told }) => (id, at) => {
    const [begntime, endtime] = [formatInstant(at), formatInstant(at + 5 * HOUR)]
    const of = { mdtrt_id: `M-${id}`, psn_no: 'D', fixmedins_code }
    const bill = inpatient({
      ...{ ...of, setl_id: id, mdtrt_admdvs: '', begntime, endtime, setl_time: endtime },
      diseinfo: [{ diag_type: '1', maindiag_flag: '1', diag_code }],
    })
    return [
      ...(told.admission ? [admission({ ...of, begntime, dscg_maindiag_code: diag_code })] : []),
      ...(told.discharge ? [discharge({ ...of, endtime })] : []),
      bill,
    ]
  })

export default {
  happenings: [{ weight: 20, arbitrary: stay }],
  moments: ['2026-03-09 08:00:00', '2026-03-16 08:00:00', '2026-03-30 08:00:00'].map(parseInstant),
  extra: stay,
} satisfies Quarter
