import { dayOf, formatDay, HOUR, startOfDay } from '../../schemas/time.ts'
import { type DrugSale, type Part, UNCHANGED } from '../detector.ts'
import { isBuilt } from '../kit/parts/daily-counts.ts'
import type { Taken } from './ano-11.known-prices.ts'
import { packagePrice, regionIn } from './ano-11.sale.ts'
import { DAY_TOPIC, type Evidence, type Params } from './ano-11.terms.ts'

const BUILT_AFTER = 72 * HOUR

/** Sales of a day by institution and price, as `code|price`. */
interface DayMemory {
  readonly region: string
  readonly counts: Record<string, number>
}

const nameOf = (sale: DrugSale) => `${sale.visit.fixmedins_code}|${packagePrice(sale)}`

/** Of a drug in a region and on a day: what it was sold for. */
export const dayPart: Part<DrugSale, DayMemory, Evidence, Params> = {
  name: 'DAY',
  on: ['drugSale'],
  space: 'item',
  root: ({ line }) => line.med_list_codg,
  key: ({ visit }) => `${regionIn(visit)}|${dayOf(visit.setl_time)}`,
  concerns: (sale) => packagePrice(sale) > 0,
  memoryless: false,
  owned: true,
  initial: () => ({ region: '', counts: {} }),
  onEvent({ counts }, sale) {
    const name = nameOf(sale)
    counts[name] = (counts[name] ?? 0) + 1
    const wakeAt = startOfDay(dayOf(sale.visit.setl_time) + 1) + BUILT_AFTER
    return { state: { region: regionIn(sale.visit), counts }, wakeAt }
  },
  // A day that was built when the reversal happened keeps its prices.
  onVoid({ region, counts }, original, { at }) {
    if (original.kind !== 'drugSale') return UNCHANGED
    const day = dayOf(original.visit.setl_time)
    const name = nameOf(original)
    if (isBuilt(day, at) || !counts[name]) return UNCHANGED
    counts[name]--
    return { state: { region, counts }, wakeAt: startOfDay(day + 1) + BUILT_AFTER }
  },
  onTime({ region, counts }, { root: of, at }) {
    const taken = Object.entries(counts).flatMap(([name, count]): Taken[] => {
      const place = name.lastIndexOf('|')
      return count > 0 ? [[name.slice(0, place), Number(name.slice(place + 1)), count]] : []
    })
    const period = formatDay(dayOf(at - BUILT_AFTER) - 1)
    return { state: undefined, tells: [{ kind: 'told', topic: DAY_TOPIC, of, period, at, admdvs: region, values: taken }] }
  },
}
