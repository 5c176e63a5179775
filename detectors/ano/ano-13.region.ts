import { dayOf, parseDay, startOfDay } from '../../schemas/time.ts'
import type { Part, Told } from '../detector.ts'
import { poolingAreaOf } from '../kit/plain/county.ts'
import { commonRises, type Residual } from './ano-13.common-rise.ts'
import { ANSWERS, type Evidence, METRICS, type Metric, type Params, REGION, RESIDUAL, told } from './ano-13.terms.ts'

interface Region {
  readonly residuals: Record<string, Residual<Metric>>
}

/** What all of a county, or of a kind, have in common on a day. */
export const regionPart: Part<Told, Region, Evidence, Params> = {
  name: 'REGION',
  on: ['told'],
  hears: [RESIDUAL],
  space: 'peers',
  root: ({ topic, of }) => (topic === RESIDUAL ? poolingAreaOf(of) : ''),
  key: ({ period }) => period,
  memoryless: false,
  owned: true,
  initial: () => ({ residuals: {} }),
  onEvent(region, { of, period, values }) {
    region.residuals[of] = values as Residual<Metric>
    return { state: region, wakeAt: startOfDay(parseDay(period) + 1) + ANSWERS }
  },
  onTime({ residuals }, context) {
    const day = dayOf(context.at - ANSWERS) - 1
    const rises = commonRises(residuals, METRICS, context.params.region_institutions)
    const tells = [...rises].map(([code, rise]) => told(REGION, code, day, rise, context))
    return { state: undefined, tells }
  },
}
