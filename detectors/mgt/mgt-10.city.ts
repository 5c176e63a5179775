import type { Quarter } from '../testing/city.ts'

/** A few purchases are many. */
export default { params: { in_a_day: 1, in_a_week: 2, in_a_month: 3, pharmacies: 1 } } satisfies Quarter
