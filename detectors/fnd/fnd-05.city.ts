import fc from 'fast-check'
import { formatInstant, HOUR, parseInstant } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { admission, discharge, heartbeat, inpatient, reference, settlement } from '../testing/events.ts'

const bill = fc
  .record({
    hifp_pay: fc.constantFrom(300, 700),
    fixmedins_code: fc.constantFrom('H1', 'H1', 'H4'),
    insutype: fc.constantFrom('310', '390'),
  })
  .map((given) => (id: string, at: number) => [
    settlement({ setl_id: id, psn_no: 'C', mdtrt_admdvs: '', setl_time: formatInstant(at), ...given }),
  ])

const stay = fc
  .record({
    psn_no: fc.constantFrom('A', 'B', 'C'),
    fixmedins_code: fc.constantFrom('H1', 'H1', 'H2', 'H3', 'H4'),
    dscg_way: fc.constantFrom('1', '2', '4'),
    drg_code: fc.constantFrom('', 'G1', 'G2'),
    insutype: fc.constantFrom('310', '390'),
    told: fc.constantFrom('both', 'admission', 'settlement'),
  })
  .map(({ told, dscg_way, drg_code, ...where }) => (id: string, at: number) => {
    const mdtrt_id = `M-${id}`
    const [began, ended] = [at, at + 20 * HOUR].map(formatInstant)
    const events = []
    if (told !== 'settlement') events.push(admission({ ...where, mdtrt_id, begntime: began, brdy: '1940-01-01' }))
    if (told === 'both') events.push(discharge({ ...where, mdtrt_id, endtime: ended, dscg_way }))
    const times = { begntime: began, endtime: ended, setl_time: ended }
    if (told === 'settlement')
      events.push(inpatient({ ...where, ...times, setl_id: id, mdtrt_id, mdtrt_admdvs: '', drg_code, dscg_way, hifp_pay: 100 }))
    return events
  })

/** Hospitals with small budgets, of which one is soon spent, one without, and one that shares its budget by insurance type. */
const MONTHS = ['2026-03', '2026-04', '2026-05', '2026-09']
export default {
  knowledge: [
    heartbeat('2026-01-01 00:00:00'),
    ...MONTHS.map((month) => reference('budget', `H1:${month}`, { quota: 500 })),
    ...MONTHS.map((month) => reference('budget', `H2:${month}`, { quota: 100_000 })),
    reference('institution', 'H4', { kind: 'hospital', admdvs: '990101', group_id: 'G' }),
    ...MONTHS.map((month) => reference('budget', `G:${month}:390`, { quota: 500 })),
    reference('drg', 'G1', { weight: 1 }),
    reference('drg', 'G2', { weight: 3 }),
  ],
  happenings: [
    { weight: 6, arbitrary: bill },
    { weight: 20, arbitrary: stay },
  ],
  alone: true,
  extra: bill,
  moments: ['2026-04-02', '2026-04-03', '2026-04-05', '2026-04-20'].map((day) => parseInstant(`${day} 09:00:00`)),
  params: { known_days: 1, after_days: 1, least_expected: 0, least_cases: 1, least_signals: 1 },
} satisfies Quarter
