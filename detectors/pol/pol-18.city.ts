import fc from 'fast-check'
import { formatInstant } from '../../schemas/time.ts'
import type { Happening } from '../testing/city.ts'
import { reference, settlement } from '../testing/events.ts'

/** Two groups, of each a selected product and another. */
const fill: fc.Arbitrary<Happening> = fc
  .record({
    fixmedins_code: fc.constantFrom('H1', 'H1', 'H2'),
    visit: fc.constantFrom('', 'V1', 'V2'),
    lines: fc.array(
      fc.record({
        med_list_codg: fc.constantFrom('A1', 'A9', 'B1', 'B9'),
        /** Some bills give back what earlier ones of their visit had charged. */
        cnt: fc.constantFrom(1, 2.5, 4, -1),
        pric: fc.constantFrom(10, 11),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(({ fixmedins_code, visit, lines }) => (id, at) => {
    const told = [...lines, { med_list_codg: 'WARD', list_type: '201', pric: 100 }]
    const feedetail = told.map((line, i) => ({ ...line, feedetl_sn: `${id}.${i}` }))
    const given = {
      setl_id: id,
      mdtrt_id: visit || id,
      psn_no: 'A',
      fixmedins_code,
      mdtrt_admdvs: '',
      setl_time: formatInstant(at),
    }
    return [settlement({ ...given, feedetail })]
  })

const group = (name: string, price: number) =>
  reference('vbp', name, { selected: [{ code: `${name}1`, price, from: '2025-01-01', to: '2027-12-31' }] })

export default {
  knowledge: [group('A', 10), group('B', 12), ...['A', 'B'].map((name) => reference('item', `${name}9`, { vbp_group: name }))],
  happenings: [{ weight: 12, arbitrary: fill }],
  extra: fill,
  params: { min_units: 3 },
}
