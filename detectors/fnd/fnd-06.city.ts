import fc from 'fast-check'
import { formatInstant, parseInstant } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { reference, settlement } from '../testing/events.ts'

const claim = fc
  .record({
    psn_no: fc.constantFrom('A', 'B'),
    insu_admdvs: fc.constantFrom('990101', '990301'),
    pric: fc.constantFrom(10, 60, 90, 200),
    med_type: fc.constantFrom('11', '21'),
    mdtrt_id: fc.constantFrom('', '', 'M'),
  })
  .map(({ pric, ...given }) => (id: string, at: number) => [
    settlement({
      setl_id: id,
      fixmedins_code: 'H1',
      mdtrt_admdvs: '',
      setl_time: formatInstant(at),
      feedetail: [{ pric }],
      ...given,
    }),
  ])

/** People from afar with bills that are large enough. */
export default {
  knowledge: [reference('person', 'B', { gend: '2', remote_filing: [{ from: '2026-03-05', admdvs: '990101' }] })],
  happenings: [{ weight: 20, arbitrary: claim }],
  extra: claim,
  moments: ['2026-03-06 00:00:00', '2026-03-06 00:05:00', '2026-03-10 09:00:00'].map(parseInstant),
  params: { inpatient_limit: 10_000, outpatient_limit: 10_000, least_similar: 2 },
} satisfies Quarter
