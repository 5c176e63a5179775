import fc from 'fast-check'
import { formatInstant, HOUR, parseInstant } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { discharge, inpatient } from '../testing/events.ts'

const stay = fc
  .record({ fixmedins_code: fc.constantFrom('H1', 'H2'), psn_no: fc.constantFrom('A', 'B'), told: fc.boolean() })
  .map(({ told, ...given }) => (id: string, at: number) => {
    const [begntime, endtime] = [formatInstant(at), formatInstant(at + 5 * HOUR)]
    const mdtrt_id = `M-${id}`
    const bill = inpatient({ ...{ setl_id: id, mdtrt_id, mdtrt_admdvs: '', begntime, endtime, setl_time: endtime }, ...given })
    return told ? [discharge({ mdtrt_id, endtime, ...given }), bill] : [bill]
  })

/** Short stays at two hospitals, in April and May. */
export default {
  happenings: [{ weight: 30, arbitrary: stay }],
  extra: stay,
  alone: true,
  moments: ['2026-04-02', '2026-04-08', '2026-04-28', '2026-05-03', '2026-05-11'].map((day) => parseInstant(`${day} 09:00:00`)),
  params: { mads: 0, least_readmissions: 1, least_discharges: 1, least_peers: 2 },
} satisfies Quarter
