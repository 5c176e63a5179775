import fc from 'fast-check'
import { DAY, formatInstant, HOUR } from '../../schemas/time.ts'
import type { Happening, Quarter } from '../testing/city.ts'
import { admission, discharge, inpatient } from '../testing/events.ts'

/** Somebody is admitted to one of two hospitals of a county. */
const stay: fc.Arbitrary<Happening> = fc
  .record({
    place: fc.constantFrom('H99010100001', 'H99010100002'),
    icd: fc.constantFrom('I63.900', 'J18.900'),
    years: fc.constantFrom(1950, 1954, 1980),
    isSettled: fc.boolean(),
  })
  .map(({ place, icd, years, isSettled }) => (id, at) => {
    const visit = { mdtrt_id: `M-${id}`, psn_no: `Q-${id}`, fixmedins_code: place }
    const [begntime, endtime] = [formatInstant(at), formatInstant(at + 3 * DAY)]
    return [
      admission({ ...visit, begntime, brdy: `${years}-02-03`, dscg_maindiag_code: icd }),
      discharge({ ...visit, endtime }),
      ...(isSettled
        ? [inpatient({ ...visit, setl_id: id, begntime, endtime, setl_time: formatInstant(at + 3 * DAY + HOUR) })]
        : []),
    ]
  })

export default {
  happenings: [{ weight: 24, arbitrary: stay }],
  extra: stay,
  params: { admissions: 2, origin_factor: 1.5, sigmas: 0.5, known_days: 3, outbreak_institutions: 2 },
} satisfies Quarter
