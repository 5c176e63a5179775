import type { Plant } from '../planting.ts'
import { ANO_01 } from './ano-01.ts'
import { ANO_03 } from './ano-03.ts'
import { ANO_06 } from './ano-06.ts'

export const ANO_PLANTS: readonly Plant[] = [ANO_01, ANO_03, ANO_06]
