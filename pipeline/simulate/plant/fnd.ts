import type { Plant } from '../planting.ts'

export const FND_PLANTS: readonly Plant[] = []
