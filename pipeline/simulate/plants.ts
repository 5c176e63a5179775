import { ANO_PLANTS } from './plant/ano.ts'
import { FND_PLANTS } from './plant/fnd.ts'
import { MED_PLANTS } from './plant/med.ts'
import { MGT_PLANTS } from './plant/mgt.ts'
import { POL_PLANTS } from './plant/pol.ts'
import type { Plant } from './planting.ts'

/** Whose cases and look-alikes a run holds. */
export const PLANTS: readonly Plant[] = [...POL_PLANTS, ...MGT_PLANTS, ...MED_PLANTS, ...ANO_PLANTS, ...FND_PLANTS]
