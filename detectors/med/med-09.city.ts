import fc from 'fast-check'
import { formatInstant, HOUR, parseInstant } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { reference, settlement } from '../testing/events.ts'

const stay = fc
  .record({
    psn_no: fc.constantFrom('A', 'B'),
    fixmedins_code: fc.constantFrom('H1', 'H2'),
    visit: fc.constantFrom('V1', '', ''),
    drg_code: fc.constantFrom('ES31', 'ES31', 'ES35'),
    complication: fc.constantFrom('J96.900', 'A41.900'),
    code: fc.constantFrom('VENT', 'BED'),
    mid: fc.constantFrom('0', '0', '1'),
  })
  .map(({ visit, complication, code, mid, ...given }) => (setl_id: string, at: number) => [
    settlement({
      ...{ ...given, setl_id, med_type: '21', mdtrt_admdvs: '', mid_setl_flag: mid },
      mdtrt_id: visit && `${given.psn_no}-${given.fixmedins_code}-${visit}`,
      ...{ setl_time: formatInstant(at), begntime: formatInstant(at - 40 * HOUR), endtime: formatInstant(at) },
      diseinfo: ['J18.900', complication].map((diag_code, i) => {
        return { diag_type: '1', maindiag_flag: i === 0 ? '1' : '0', diag_code }
      }),
      feedetail: [{ med_list_codg: code, feedetl_sn: setl_id }],
    }),
  ])

/** Groups of one ADRG, and months of few stays. */
export default {
  knowledge: [
    reference('drg', 'ES31', { weight: 1.5, mean_cost: 12_000 }),
    reference('drg', 'ES35', { weight: 0.8, mean_cost: 7000 }),
    reference('code_cc', 'c1', { code: 'J96', severity: 'MCC' }),
    reference('diag_support', 'd1', { code: 'J96', any_of: ['VENT'] }),
  ],
  happenings: [{ weight: 30, arbitrary: stay }],
  extra: stay,
  moments: ['2026-04-02', '2026-04-20', '2026-05-05', '2026-06-03'].map((day) => parseInstant(`${day} 09:00:00`)),
  params: { mads: -1, months: 1, least_stays: 1, least_group_stays: 1, least_peers: 1 },
} satisfies Quarter
