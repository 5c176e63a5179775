import fc from 'fast-check'
import { formatInstant, parseInstant } from '../../schemas/time.ts'
import type { Happening, Quarter } from '../testing/city.ts'
import { settlement } from '../testing/events.ts'

const sale: fc.Arbitrary<Happening> = fc
  .record({ place: fc.constantFrom('P1', 'H1'), pric: fc.constantFrom(10, 10, 11, 30) })
  .map(({ place, pric }) => (id, at) => [
    settlement({
      ...{ setl_id: id, setl_time: formatInstant(at), fixmedins_code: place, mdtrt_admdvs: '990101', med_type: '41' },
      feedetail: [{ med_list_codg: 'XA', pric }],
    }),
  ])

export default {
  happenings: [{ weight: 24, arbitrary: sale }],
  extra: sale,
  moments: ['2026-03-07', '2026-03-10', '2026-03-20'].map((day) => parseInstant(`${day} 08:00:00`)),
  params: { region_lines: 1, own_lines: 1, own_factor: 1.05 },
} satisfies Quarter
