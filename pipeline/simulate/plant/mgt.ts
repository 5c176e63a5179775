import type { Plant } from '../planting.ts'
import { MGT_01 } from './mgt-01.ts'
import { MGT_02 } from './mgt-02.ts'
import { MGT_03 } from './mgt-03.ts'
import { MGT_04 } from './mgt-04.ts'
import { MGT_05 } from './mgt-05.ts'
import { MGT_06 } from './mgt-06.ts'
import { MGT_07 } from './mgt-07.ts'
import { MGT_08 } from './mgt-08.ts'
import { MGT_09 } from './mgt-09.ts'
import { MGT_10 } from './mgt-10.ts'
import { MGT_11 } from './mgt-11.ts'
import { MGT_12 } from './mgt-12.ts'
import { MGT_13 } from './mgt-13.ts'
import { MGT_14 } from './mgt-14.ts'
import { MGT_15 } from './mgt-15.ts'
import { MGT_16 } from './mgt-16.ts'
import { MGT_17 } from './mgt-17.ts'
import { MGT_18 } from './mgt-18.ts'
import { MGT_19 } from './mgt-19.ts'
import { MGT_20 } from './mgt-20.ts'
import { MGT_21 } from './mgt-21.ts'
import { MGT_22 } from './mgt-22.ts'
import { MGT_23 } from './mgt-23.ts'

export const MGT_PLANTS: readonly Plant[] = [
  MGT_01,
  MGT_02,
  MGT_03,
  MGT_04,
  MGT_05,
  MGT_06,
  MGT_07,
  MGT_08,
  MGT_09,
  MGT_10,
  MGT_11,
  MGT_12,
  MGT_13,
  MGT_14,
  MGT_15,
  MGT_16,
  MGT_17,
  MGT_18,
  MGT_19,
  MGT_20,
  MGT_21,
  MGT_22,
  MGT_23,
]
