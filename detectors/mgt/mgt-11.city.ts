import type { Quarter } from '../testing/city.ts'

/** A few stays are many. */
export default { params: { in_a_quarter: 2, in_a_year: 3 } } satisfies Quarter
