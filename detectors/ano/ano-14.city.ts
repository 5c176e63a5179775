import fc from 'fast-check'
import { DAY, formatInstant, parseInstant } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { discharge, inpatient, settlement } from '../testing/events.ts'

const visit = fc
  .record({
    fixmedins_code: fc.constantFrom('H1', 'H2'),
    psn_no: fc.constantFrom('A', 'B'),
    pric: fc.constantFrom(100, 312),
    list_type: fc.constantFrom('101', '201'),
    days: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ fixmedins_code, psn_no, days, ...line }) => (id: string, at: number) => {
    const setl_time = formatInstant(at)
    const bill = { setl_id: id, psn_no, mdtrt_admdvs: '', setl_time, fixmedins_code, feedetail: [line] }
    if (days === 0) return [settlement(bill)]
    const stay = { psn_no, fixmedins_code, mdtrt_id: `M-${id}` }
    const end = discharge({ ...stay, endtime: formatInstant(at - DAY) })
    return [end, inpatient({ ...bill, ...stay, begntime: formatInstant(at - days * DAY), endtime: setl_time })]
  })

/** Two hospitals in April and May. */
export default {
  happenings: [{ weight: 30, arbitrary: visit }],
  extra: visit,
  alone: true,
  moments: ['2026-04-02', '2026-04-28', '2026-05-01', '2026-05-11'].map((day) => parseInstant(`${day} 23:00:00`)),
  params: { settlements: 1, peers: 2, months: 1, z: 0.5, features: 1 },
} satisfies Quarter
