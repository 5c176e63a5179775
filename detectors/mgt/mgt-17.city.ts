import type { Quarter } from '../testing/city.ts'
import { reference } from '../testing/events.ts'

/** One doctor is suspended in the middle. */
export default {
  knowledge: [
    reference('doctor', 'D2', {
      institutions: ['H1', 'H2'],
      status: [{ from: '2026-03-03', to: '2026-03-05', status: 'suspended' }],
    }),
  ],
} satisfies Quarter
