import fc from 'fast-check'
import { formatInstant } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { reference, settlement } from '../testing/events.ts'

const sale = fc
  .record({ med_list_codg: fc.constantFrom('BOX', 'CAPPED'), drug_trac_codg: fc.constantFrom('81000019', '81000029') })
  .map(({ med_list_codg, drug_trac_codg }) => (id: string, at: number) => [
    settlement({
      ...{ setl_id: id, psn_no: 'A', fixmedins_code: 'P1', mdtrt_admdvs: '', med_type: '41', setl_time: formatInstant(at) },
      ...{ feedetail: [{ med_list_codg }], drug_trac_info: [{ feedetl_sn: '1', drug_trac_codg }] },
    }),
  ])

/** Packages of two products. */
export default {
  knowledge: [
    reference('trace_product', '8100001', { codes: ['BOX'] }),
    reference('trace_product', '8100002', { codes: ['CAPPED'] }),
  ],
  happenings: [{ weight: 6, arbitrary: sale }],
  extra: sale,
} satisfies Quarter
