import type { Quarter } from '../testing/city.ts'
import { reference } from '../testing/events.ts'

export default {
  knowledge: ['CAPPED', 'WATCH', 'DAILY', 'ADULT'].map((code) =>
    reference('item', code, { list_type: '101', generic: 'SAME', pack_days: 10 }),
  ),
  params: { institutions: 2, supply_days: 20 },
} satisfies Quarter
