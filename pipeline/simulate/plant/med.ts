import type { Plant } from '../planting.ts'

export const MED_PLANTS: readonly Plant[] = []
