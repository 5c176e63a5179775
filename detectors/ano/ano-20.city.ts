import fc from 'fast-check'
import { DAY, formatInstant, HOUR, parseInstant } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { admission, discharge, inpatient } from '../testing/events.ts'

const stay = fc
  .record({
    fixmedins_code: fc.constantFrom('H1', 'H2'),
    psn_no: fc.constantFrom('A', 'B'),
    days: fc.integer({ min: 1, max: 4 }),
    told: fc.constantFrom('bill', 'discharge', 'all', 'events'),
  })
  .map(({ told, days, ...given }) => (id: string, at: number) => {
    const [begntime, endtime] = [formatInstant(at), formatInstant(at + days * DAY)]
    const mdtrt_id = `M-${id}`
    const words = { mdtrt_id, mdtrt_admdvs: '990101', ...given }
    const bill = inpatient({
      ...words,
      setl_id: id,
      begntime,
      endtime,
      setl_time: formatInstant(at + days * DAY + HOUR),
    })
    const end = discharge({ ...words, endtime: formatInstant(at + (days + 1) * DAY) })
    const begin = admission({ ...words, begntime })
    return { bill: [bill], discharge: [end, bill], all: [begin, end, bill], events: [begin, end] }[told]
  })

/** Short stays at two hospitals, in April and May. */
export default {
  happenings: [{ weight: 30, arbitrary: stay }],
  extra: stay,
  alone: true,
  moments: ['2026-04-02', '2026-04-28', '2026-05-01', '2026-05-11'].map((day) => parseInstant(`${day} 09:00:00`)),
  params: { limit_days: 3, factor: 0, p: 0.9 },
} satisfies Quarter
