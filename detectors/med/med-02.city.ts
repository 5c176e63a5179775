import fc from 'fast-check'
import { formatInstant } from '../../schemas/time.ts'
import type { Quarter } from '../testing/city.ts'
import { reference, settlement } from '../testing/events.ts'

const prescription = fc
  .record({ sin_dos_dscr: fc.constantFrom('1g', '500mg', '2片'), used_frqu_dscr: fc.constantFrom('tid', 'q4h', 'prn') })
  .map((dosage) => (setl_id: string, at: number) => [
    settlement({ setl_id, setl_time: formatInstant(at), feedetail: [{ med_list_codg: 'DOSED', ...dosage }] }),
  ])

export default {
  knowledge: [reference('item', 'DOSED', { name: '片剂', max_daily_dose: 2, dose_unit: 'g' })],
  happenings: [{ weight: 10, arbitrary: prescription }],
  extra: prescription,
} satisfies Quarter
