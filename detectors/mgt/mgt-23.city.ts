import type { Quarter } from '../testing/city.ts'
import { reference } from '../testing/events.ts'

/** One person whose insurance ends in the middle. */
export default {
  knowledge: [reference('person', 'A', { gend: '1', insured: [{ from: '2025-01-01', to: '2026-03-03', insutype: '310' }] })],
} satisfies Quarter
