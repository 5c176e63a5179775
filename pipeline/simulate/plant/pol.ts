import type { Plant } from '../planting.ts'
import { POL_01 } from './pol-01.ts'
import { POL_02 } from './pol-02.ts'
import { POL_03 } from './pol-03.ts'
import { POL_04 } from './pol-04.ts'
import { POL_05 } from './pol-05.ts'
import { POL_06 } from './pol-06.ts'
import { POL_07 } from './pol-07.ts'
import { POL_08 } from './pol-08.ts'
import { POL_09 } from './pol-09.ts'
import { POL_10 } from './pol-10.ts'
import { POL_11 } from './pol-11.ts'
import { POL_12 } from './pol-12.ts'
import { POL_13 } from './pol-13.ts'
import { POL_14 } from './pol-14.ts'
import { POL_16 } from './pol-16.ts'
import { POL_17 } from './pol-17.ts'
import { POL_18 } from './pol-18.ts'
import { POL_19 } from './pol-19.ts'
import { POL_20 } from './pol-20.ts'

export const POL_PLANTS: readonly Plant[] = [
  POL_01,
  POL_02,
  POL_03,
  POL_04,
  POL_05,
  POL_06,
  POL_07,
  POL_08,
  POL_09,
  POL_10,
  POL_11,
  POL_12,
  POL_13,
  POL_14,
  POL_16,
  POL_17,
  POL_18,
  POL_19,
  POL_20,
]
