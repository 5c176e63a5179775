import fc from 'fast-check'
import { formatInstant, HOUR } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { reference, settlement } from '../testing/events.ts'

const stay = fc
  .record({
    psn_no: fc.constantFrom('A', 'B'),
    drg_code: fc.constantFrom('G1', 'G1', 'G2'),
    pric: fc.constantFrom(300, 1000, 3500),
    hi_nego_drug_flag: fc.constantFrom('0', '0', '1'),
    mid: fc.boolean(),
  })
  .map(({ psn_no, drg_code, pric, hi_nego_drug_flag, mid }) => (id: string, at: number) => {
    const common = { psn_no, drg_code, mdtrt_id: `M-${id}`, med_type: '21', fixmedins_code: 'H1', mdtrt_admdvs: '' }
    const feedetail = [{ pric, hi_nego_drug_flag, feedetl_sn: id }, { pric: 100 }]
    const times = { begntime: formatInstant(at - 48 * HOUR), endtime: formatInstant(at), setl_time: formatInstant(at) }
    const final = settlement({ ...common, ...times, setl_id: id, feedetail })
    if (!mid) return [final]
    const earlier = { setl_time: formatInstant(at - 24 * HOUR), mid_setl_flag: '1', setl_id: `${id}-mid` }
    return [settlement({ ...common, ...times, ...earlier, feedetail }), final]
  })

/** Stays of groups that cost a thousand yuan. */
export default {
  knowledge: [reference('drg', 'G1', { mean_cost: 1000, p5: 500, p95: 2000 }), reference('drg', 'G2', { mean_cost: 1000 })],
  happenings: [{ weight: 8, arbitrary: stay }],
  extra: stay,
} satisfies Quarter
