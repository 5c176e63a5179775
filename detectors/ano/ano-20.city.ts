import type { Quarter } from '../testing/city.ts'

export default { params: { limit_days: 3, factor: 0, p: 0.9 } } satisfies Quarter
