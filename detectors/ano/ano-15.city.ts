import type { Quarter } from '../testing/city.ts'

export default { params: { voids: 1, person_voids: 2 } } satisfies Quarter
