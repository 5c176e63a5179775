import fc from 'fast-check'
import { DAY, formatInstant, HOUR } from '../../schemas/time.ts'
import type { Happening, Quarter } from '../testing/city.ts'
import { admission, discharge, inpatient, reference } from '../testing/events.ts'

/** A stay at a small hospital, of which this or that is told. */
const stay: fc.Arbitrary<Happening> = fc
  .record({ days: fc.constantFrom(1, 2, 4), isDischarged: fc.boolean(), isSettled: fc.boolean() })
  .map(({ days, isDischarged, isSettled }) => (id, at) => {
    const visit = { mdtrt_id: `M-${id}`, psn_no: `Q-${id}`, fixmedins_code: 'H3' }
    const [begntime, endtime] = [at, at + days * DAY].map(formatInstant) as [string, string]
    const setl_time = formatInstant(at + days * DAY + HOUR)
    return [
      admission({ ...visit, begntime }),
      ...(isDischarged ? [discharge({ ...visit, endtime })] : []),
      ...(isSettled || !isDischarged
        ? [inpatient({ ...visit, setl_id: id, begntime, endtime, setl_time, mdtrt_admdvs: '' })]
        : []),
    ]
  })

export default {
  knowledge: [reference('institution', 'H3', { kind: 'hospital', admdvs: '990101', beds: 1 })],
  happenings: [{ weight: 18, arbitrary: stay }],
  extra: stay,
} satisfies Quarter
