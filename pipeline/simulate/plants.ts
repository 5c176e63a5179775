import { ANO_01 } from './plant/ano-01.ts'
import { ANO_03 } from './plant/ano-03.ts'
import { ANO_06 } from './plant/ano-06.ts'
import { MGT_01 } from './plant/mgt-01.ts'
import { MGT_02 } from './plant/mgt-02.ts'
import { MGT_04 } from './plant/mgt-04.ts'
import { MGT_07 } from './plant/mgt-07.ts'
import { MGT_08 } from './plant/mgt-08.ts'
import { MGT_16 } from './plant/mgt-16.ts'
import { MGT_18 } from './plant/mgt-18.ts'
import { MGT_22 } from './plant/mgt-22.ts'
import { POL_01 } from './plant/pol-01.ts'
import { POL_02 } from './plant/pol-02.ts'
import { POL_03 } from './plant/pol-03.ts'
import { POL_07 } from './plant/pol-07.ts'
import { POL_08 } from './plant/pol-08.ts'
import { POL_09 } from './plant/pol-09.ts'
import type { Plant } from './planting.ts'

/** Whose cases and look-alikes a run holds. */
export const PLANTS: readonly Plant[] = [
  POL_01,
  POL_02,
  POL_03,
  POL_07,
  POL_08,
  POL_09,
  MGT_01,
  MGT_02,
  MGT_04,
  MGT_07,
  MGT_08,
  MGT_16,
  MGT_18,
  MGT_22,
  ANO_01,
  ANO_03,
  ANO_06,
]
