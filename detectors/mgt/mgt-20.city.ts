import fc from 'fast-check'
import { formatInstant, HOUR } from '../../schemas/time.ts'
import type { Happening, Quarter } from '../testing/city.ts'
import { settlement } from '../testing/events.ts'

/** So long that a few of them are a page. */
const code = fc.constantFrom(...['T1', 'T2', 'T3', 'T4'].map((name) => name.padEnd(700, '0')))

const sale = code.map((drug_trac_codg) => (id: string, at: number) => [
  settlement({
    ...{ setl_id: id, psn_no: 'A', fixmedins_code: 'P1', mdtrt_admdvs: '', med_type: '41', setl_time: formatInstant(at) },
    drug_trac_info: [{ feedetl_sn: '1', drug_trac_codg }],
  }),
])

const purchase: fc.Arbitrary<Happening> = fc
  .record({ drug_trac_codg: code, hours: fc.constantFrom(0, 1, 30) })
  .map(({ drug_trac_codg, hours }) => (id, at) => [
    {
      ...{ kind: 'inventory', inv_id: id, inv_type: 'purchase', fixmedins_code: 'P1', med_list_codg: 'CAPPED', cnt: 1 },
      ...{ time: formatInstant(at + hours * HOUR), drug_trac_info: [{ drug_trac_codg }] },
    },
  ])

const report: fc.Arbitrary<Happening> = code.map((drug_trac_codg) => (id, at) => [
  {
    ...{ kind: 'inventory', inv_id: id, inv_type: 'sale', fixmedins_code: 'P1', med_list_codg: 'CAPPED', cnt: 1 },
    ...{ time: formatInstant(at), drug_trac_info: [{ drug_trac_codg }] },
  },
])

/** A pharmacy that buys and sells four packages. */
export default {
  happenings: [
    { weight: 10, arbitrary: sale },
    { weight: 10, arbitrary: purchase },
    { weight: 3, arbitrary: report },
  ],
  extra: sale,
  params: { codes: 1, rate: 0.3 },
} satisfies Quarter
