import type { Quarter } from '../testing/city.ts'

/** One idle day or one errand is enough. */
export default { params: { idle_days: 1, score: 0.4, distance_km: 1 } } satisfies Quarter
