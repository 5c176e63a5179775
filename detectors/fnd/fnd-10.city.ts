import fc from 'fast-check'
import { formatInstant } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { reference, settlement } from '../testing/events.ts'

const bill = fc
  .record({ psn_no: fc.constantFrom('A', 'B'), part: fc.constantFrom(200, 400, 700) })
  .map(({ psn_no, part }) => (id: string, at: number) => [
    settlement({
      ...{ setl_id: id, psn_no, fixmedins_code: 'H1', mdtrt_admdvs: '', setl_time: formatInstant(at) },
      ...{ psn_part_amt: part, fulamt_ownpay_amt: 100, hifmi_pay: 50 },
    }),
  ])

/** A poor region, where a few bills weigh much. */
export default {
  knowledge: [reference('income', '990100:2025', { amount: 1500 })],
  happenings: [{ weight: 10, arbitrary: bill }],
  extra: bill,
} satisfies Quarter
