import { DAY, dayOf, type Instant, parseDay, SECOND, startOfDay } from '../../schemas/time.ts'
import { type Context, type DrugSale, type Part, type Step, type Told, type Touched, UNCHANGED } from '../detector.ts'
import { inTime } from '../kit/parts/remembered.ts'
import type { Entry } from '../kit/parts/window.ts'
import { touched } from './ano-11.finding.ts'
import { hitBy } from './ano-11.hit.ts'
import type { PriceDay, Taken } from './ano-11.known-prices.ts'
import { packagePrice, regionIn, soldIn } from './ano-11.sale.ts'
import { DAY_TOPIC, DAYS_UNTIL_BUILT, type Evidence, type Hit, type Params, type Sold } from './ano-11.terms.ts'

/** What a ward's bill brings three days late still asks for what was built before its own day. */
const DAYS_LATE = 4
const MOST_HITS = 500

interface Memory {
  /** Built days, oldest first. */
  readonly days: readonly PriceDay[]
  readonly pending: readonly Sold[]
  readonly hits: readonly Hit[]
}

/** From then on everything is told that a sale is compared with. */
function judgedFrom({ at }: Entry): Instant {
  return startOfDay(dayOf(at)) + SECOND
}

function step(memory: Memory, params: Params, changed: readonly Touched<Evidence>[] = []): Step<Memory, Evidence> {
  const { days, pending, hits } = memory
  const wakeAt = pending.length > 0 ? Math.min(...pending.map(judgedFrom)) : undefined
  const newest = days.at(-1)?.day
  const isKept = pending.length > 0 || hits.length > 0 || newest === undefined
  const forgetAt = isKept ? undefined : startOfDay(newest) + (params.baseline_days + 2 * DAYS_UNTIL_BUILT) * DAY
  return { state: memory, wakeAt, forgetAt, ...(changed.length > 0 ? { touched: changed } : {}) }
}

function withHits(
  { days, pending, hits }: Memory,
  region: string,
  context: Context<Params>,
  found: readonly Hit[],
): Step<Memory, Evidence> {
  const all = [...hits, ...found].sort(inTime).slice(0, MOST_HITS)
  return step({ days, pending, hits: all }, context.params, [touched(all, region, context)])
}

/** Of a drug in a region: the built days, and which sales lie above them. */
export const pricesPart: Part<DrugSale | Told, Memory, Evidence, Params> = {
  name: '',
  on: ['drugSale', 'told'],
  hears: [DAY_TOPIC],
  space: 'item',
  root: (event) => (event.kind === 'drugSale' ? event.line.med_list_codg : event.topic === DAY_TOPIC ? event.of : ''),
  key: (event) => (event.kind === 'drugSale' ? regionIn(event.visit) : event.admdvs),
  concerns: (event) => event.kind === 'told' || packagePrice(event) > 0,
  memoryless: false,
  initial: () => ({ days: [], pending: [], hits: [] }),
  onEvent(memory, event, context) {
    const { params, watermark } = context
    const { days, pending, hits } = memory
    if (event.kind === 'told') {
      const day = parseDay(event.period)
      const kept = days.filter((other) => other.day >= day - params.baseline_days - DAYS_LATE)
      return step({ days: [...kept, { day, taken: event.values as Taken[] }], pending, hits }, params)
    }
    const sold = soldIn(event)
    if (watermark < judgedFrom(sold)) return step({ days, pending: [...pending, sold], hits }, params)
    const hit = hitBy(sold, days, params)
    return hit ? withHits(memory, regionIn(event.visit), context, [hit]) : UNCHANGED
  },
  onVoid({ days, pending, hits }, original, context) {
    if (original.kind !== 'drugSale') return UNCHANGED
    const isOther = ({ id }: Entry) => id !== original.visit.setl_id
    if (pending.every(isOther) && hits.every(isOther)) return UNCHANGED
    const left = { days, pending: pending.filter(isOther), hits: hits.filter(isOther) }
    const changed = left.hits.length < hits.length ? [touched(left.hits, regionIn(original.visit), context)] : []
    return step(left, context.params, changed)
  },
  onTime({ days, pending, hits }, context) {
    const due = pending.filter((sold) => judgedFrom(sold) <= context.at)
    const left = { days, pending: pending.filter((sold) => judgedFrom(sold) > context.at), hits }
    const found = due.flatMap((sold) => hitBy(sold, days, context.params) ?? [])
    const [first] = found
    return first ? withHits(left, regionIn(first), context, found) : step(left, context.params)
  },
}
