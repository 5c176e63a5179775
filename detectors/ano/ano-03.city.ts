import fc from 'fast-check'
import { formatInstant, parseInstant } from '../../schemas/time.ts'
import type { Happening, Quarter } from '../testing/city.ts'
import { reference, settlement } from '../testing/events.ts'

/** One pharmacy in the ten minutes around two midnights on end. */
const sale: fc.Arbitrary<Happening> = fc
  .record({
    psn_no: fc.constantFrom('P1', 'P2', 'P3', 'P4', 'P5'),
    seconds: fc.integer({ min: -300, max: 300 }),
    hours: fc.constantFrom(0, 0, 3, 4),
  })
  .map(({ psn_no, seconds, hours }) => (setl_id, at) => [
    settlement({
      ...{ setl_id, psn_no, setl_time: formatInstant(at + seconds * 1000), med_type: '41', fixmedins_code: 'P4' },
      mdtrt_admdvs: '990101',
      feedetail: [{ fee_ocur_time: formatInstant(at + (seconds - hours * 3600) * 1000) }],
    }),
  ])

export default {
  knowledge: [reference('institution', 'P4', { kind: 'pharmacy', admdvs: '990101' })],
  happenings: [{ weight: 18, arbitrary: sale }],
  extra: sale,
  moments: ['2026-03-09', '2026-03-10'].map((day) => parseInstant(`${day} 00:00:00`)),
  params: { ordinary_persons: 2, persons_per_terminal: 1, window_minutes: 3, group_persons: 2 },
} satisfies Quarter
