import type { Quarter } from '../testing/city.ts'
import { reference } from '../testing/events.ts'

/** A pool that runs out. */
export default {
  knowledge: [
    reference('pool', '990100:310:2026-02', { income: 90, expenditure: 100, balance: 250 }),
    reference('pool', '990100:310:2026-03', { income: 90, expenditure: 100, balance: 240 }),
    reference('pool', '990100:310:2026-09', { income: 90, expenditure: 100, balance: 500 }),
  ],
} satisfies Quarter
