import fc from 'fast-check'
import { DAY, formatInstant, HOUR, parseInstant } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { discharge, inpatient } from '../testing/events.ts'

const where = { fixmedins_code: fc.constantFrom('H1', 'H2'), psn_no: fc.constantFrom('A', 'B', 'C') }
const stay = fc
  .record({ ...where, told: fc.boolean(), mid: fc.boolean(), days: fc.constantFrom(0, 2) })
  .map(({ told, mid, days, ...given }) => (id: string, at: number) => {
    const [begntime, endtime, setl_time] = [at, at + 5 * HOUR, at + days * DAY + 6 * HOUR].map(formatInstant) as [
      string,
      string,
      string,
    ]
    const mdtrt_id = `M-${id}`
    const common = { mdtrt_id, mdtrt_admdvs: '', begntime, ...given }
    const bill = inpatient({ ...common, setl_id: id, endtime: told ? null : endtime, setl_time })
    return [
      ...(mid ? [inpatient({ ...common, setl_id: `${id}-mid`, mid_setl_flag: '1', endtime, setl_time: endtime })] : []),
      ...(told ? [discharge({ mdtrt_id, endtime, ...given })] : []),
      bill,
    ]
  })

/** Hospitals to which the same few persons come, in April and May. */
export default {
  happenings: [{ weight: 30, arbitrary: stay }],
  extra: stay,
  alone: true,
  moments: ['2026-04-02', '2026-04-28', '2026-04-30', '2026-05-01', '2026-05-11'].map((day) => parseInstant(`${day} 09:00:00`)),
  params: { mads: 0.5, least_discharges: 1, least_peers: 2, margin: 0.05 },
} satisfies Quarter
