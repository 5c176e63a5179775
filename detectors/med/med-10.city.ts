import fc from 'fast-check'
import { formatInstant, HOUR } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { reference, settlement } from '../testing/events.ts'

const stay = fc
  .record({
    who: fc.constantFrom({ psn_no: 'A', gend: '1' }, { psn_no: 'B', gend: '2' }),
    visit: fc.constantFrom('V1', 'V2', ''),
    med_type: fc.constantFrom('21', '21', '11'),
    operation: fc.constantFrom('', '51.2300', '68.4100'),
    diagnosis: fc.constantFrom('K80.200', 'J96.900', 'J06.900'),
    code: fc.constantFrom('VENT', 'BED'),
    mid: fc.boolean(),
  })
  .map(({ who, visit, operation, diagnosis, code, mid, med_type }) => (setl_id: string, at: number) => [
    settlement({
      ...{ ...who, setl_id, med_type, mdtrt_id: visit && `${who.psn_no}-${visit}`, mid_setl_flag: mid ? '1' : '0' },
      ...{ setl_time: formatInstant(at), begntime: formatInstant(at - 40 * HOUR), endtime: formatInstant(at) },
      oprninfo: operation ? [{ oprn_oprt_code: operation }] : [],
      diseinfo: [{ diag_type: '1', maindiag_flag: '1', diag_code: diagnosis }],
      feedetail: [{ med_list_codg: code, feedetl_sn: setl_id }],
    }),
  ])

export default {
  knowledge: [
    reference('oprn_diag', 'o1', { code: '51.2', icd_prefixes: ['K80', 'K81'] }),
    reference('diag_support', 'd1', { code: 'J96', any_of: ['VENT'] }),
  ],
  happenings: [{ weight: 20, arbitrary: stay }],
  extra: stay,
} satisfies Quarter
