import type { Plant } from '../planting.ts'
import { MED_07 } from './med-07.ts'

export const MED_PLANTS: readonly Plant[] = [MED_07]
