import fc from 'fast-check'
import { formatInstant, HOUR } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { discharge, reference, settlement } from '../testing/events.ts'

const TAGGED = {
  DIALYSIS: 'hemodialysis',
  CRRT: 'crrt',
  ADSORB: 'perfusion',
  DRIP: 'infusion',
  HEAT: 'physio',
  SLEEP: 'anaesthesia',
}
const UNITS: Record<string, string> = { CRRT: '小时' }

const treated = fc
  .record({
    psn_no: fc.constantFrom('A', 'B'),
    codes: fc.subarray(Object.keys(TAGGED), { minLength: 1, maxLength: 3 }),
    cnt: fc.constantFrom(1, 2, 13),
    stay: fc.constantFrom(undefined, undefined, 0, 40),
    told: fc.boolean(),
    back: fc.constantFrom(0, 0, 1, 9),
  })
  .map(({ psn_no, codes, cnt, stay, told, back }) => (setl_id: string, at: number) => {
    const end = stay === undefined ? at : at - stay * HOUR
    const oprninfo = [{ oprn_oprt_code: '51.2', oprn_begntime: formatInstant(at - HOUR), oprn_endtime: formatInstant(at + HOUR) }]
    const times = { setl_time: formatInstant(at), begntime: formatInstant(end - 50 * HOUR), endtime: formatInstant(end) }
    const mdtrt_id = `M-${setl_id}`
    const visit = settlement({
      ...{ setl_id, psn_no, mdtrt_id, oprninfo, med_type: stay === undefined ? '11' : '21', ...times },
      feedetail: codes.map((med_list_codg, i) => ({ med_list_codg, cnt, feedetl_sn: `${setl_id}-${i}` })),
    })
    const negative = settlement({
      ...{ setl_id: `${setl_id}-back`, psn_no, mdtrt_id, med_type: stay === undefined ? '11' : '21', ...times },
      setl_time: formatInstant(at + HOUR),
      feedetail: [
        { med_list_codg: codes[0], cnt: -back, feedetl_sn: `${setl_id}-back` },
        { med_list_codg: 'BED', cnt: 20, feedetl_sn: `${setl_id}-bed` },
      ],
    })
    const bills = back > 0 ? [visit, negative] : [visit]
    if (stay === undefined || !told) return bills
    return [discharge({ mdtrt_id, psn_no, endtime: formatInstant(end + 24 * HOUR) }), ...bills]
  })

export default {
  knowledge: Object.entries(TAGGED).map(([code, tag]) =>
    reference('item', code, { list_type: '201', tags: [tag], ...(UNITS[code] ? { unit: UNITS[code] } : {}) }),
  ),
  happenings: [{ weight: 20, arbitrary: treated }],
  extra: treated,
  params: { dialyses_a_month: 2 },
} satisfies Quarter
