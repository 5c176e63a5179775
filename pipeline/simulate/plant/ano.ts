import type { Plant } from '../planting.ts'
import { ANO_01 } from './ano-01.ts'
import { ANO_02 } from './ano-02.ts'
import { ANO_03 } from './ano-03.ts'
import { ANO_04 } from './ano-04.ts'
import { ANO_05 } from './ano-05.ts'
import { ANO_06 } from './ano-06.ts'
import { ANO_07 } from './ano-07.ts'
import { ANO_08 } from './ano-08.ts'
import { ANO_09 } from './ano-09.ts'
import { ANO_11 } from './ano-11.ts'
import { ANO_13 } from './ano-13.ts'
import { ANO_15 } from './ano-15.ts'
import { ANO_17 } from './ano-17.ts'
import { ANO_18 } from './ano-18.ts'
import { ANO_19 } from './ano-19.ts'

export const ANO_PLANTS: readonly Plant[] = [
  ANO_01,
  ANO_02,
  ANO_03,
  ANO_04,
  ANO_05,
  ANO_06,
  ANO_07,
  ANO_08,
  ANO_09,
  ANO_11,
  ANO_13,
  ANO_15,
  ANO_17,
  ANO_18,
  ANO_19,
]
