import type { Quarter } from '../testing/city.ts'

/** Stays without treatment are enough. */
export default { params: { score: 0.5 } } satisfies Quarter
