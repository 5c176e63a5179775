import type { Quarter } from '../testing/city.ts'

export default { params: { persons: 2, institutions: 1, events: 1, z: -9, days: 300, memory: 400, risk: 0 } } satisfies Quarter
