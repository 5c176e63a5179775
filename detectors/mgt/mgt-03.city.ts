import type { Quarter } from '../testing/city.ts'

/** Lines lie up to thirty hours before their settlement: in this city no hour is spared. */
export default { params: { margin_hours: 0 } } satisfies Quarter
