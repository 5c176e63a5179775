import type { Plant } from '../planting.ts'
import { MED_01 } from './med-01.ts'
import { MED_02 } from './med-02.ts'
import { MED_03 } from './med-03.ts'
import { MED_04 } from './med-04.ts'
import { MED_05 } from './med-05.ts'
import { MED_06 } from './med-06.ts'
import { MED_07 } from './med-07.ts'
import { MED_08 } from './med-08.ts'
import { MED_09 } from './med-09.ts'
import { MED_10 } from './med-10.ts'
import { MED_12 } from './med-12.ts'

export const MED_PLANTS: readonly Plant[] = [
  MED_01,
  MED_02,
  MED_03,
  MED_04,
  MED_05,
  MED_06,
  MED_07,
  MED_08,
  MED_09,
  MED_10,
  MED_12,
]
