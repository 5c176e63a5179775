import type { Quarter } from '../testing/city.ts'
import { reference } from '../testing/events.ts'

export default {
  knowledge: ['CAPPED', 'WATCH', 'DAILY', 'ADULT'].flatMap((code) => [
    reference('item', code, { list_type: '101', generic: 'SAME', pack_days: 10 }),
    reference('watch_list', `w-${code}`, { code }),
  ]),
  params: { days: 20, institutions: 2, supply_factor: 1, watched_share: 0.2 },
} satisfies Quarter
