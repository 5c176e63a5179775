import type { Quarter } from '../testing/city.ts'

/** The city's codes are nobody's: one such record is enough. */
export default { params: { settlements: 1 } } satisfies Quarter
