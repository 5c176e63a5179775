import { dayOf, MINUTE, parseDay, startOfDay } from '../../schemas/time.ts'
import type { Part, Told } from '../detector.ts'
import { CLOSED, CLOSES, type Closed, type Evidence, OUTAGE, type Params, told } from './ano-15.terms.ts'

/** Then all institutions of a region have told how their day was. */
const COMPARED = CLOSES + 10 * MINUTE

/** By institution, whether it took back often. */
type Region = Record<string, boolean>

/** Days on which half of the region takes back as often are a fault of systems, and nobody's abuse. */
export const regionPart: Part<Told<Closed>, Region, Evidence, Params> = {
  name: 'REGION',
  on: ['told'],
  hears: [CLOSED],
  space: 'peers',
  root: ({ topic, values }) => (topic === CLOSED ? `voids:${values.region}` : ''),
  key: ({ period }) => period,
  memoryless: false,
  owned: true,
  initial: () => ({}),
  onEvent(region, { of, period, values }) {
    region[of] = values.often
    return { state: region, wakeAt: startOfDay(parseDay(period) + 1) + COMPARED }
  },
  onTime(region, { at, params }) {
    const codes = Object.keys(region).sort()
    const often = codes.filter((code) => region[code])
    const isOutage = codes.length >= params.outage_institutions && often.length >= params.outage_share * codes.length
    const day = dayOf(at - COMPARED) - 1
    return { state: undefined, tells: isOutage ? often.map((code) => told(OUTAGE, code, day, at, null)) : undefined }
  },
}
