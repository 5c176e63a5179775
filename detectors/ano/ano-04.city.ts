import type { Quarter } from '../testing/city.ts'

export default { params: { same_settlements: 2, basket_persons: 2, whole_settlements: 3 } } satisfies Quarter
