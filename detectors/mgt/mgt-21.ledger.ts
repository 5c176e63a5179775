import type { Inventory } from '../../schemas/events.ts'
import { DAY, dayOf, startOfDay } from '../../schemas/time.ts'
import { type Part, type Told, UNCHANGED } from '../detector.ts'
import { NOTHING_HOLDS } from '../kit/parts/window.ts'
import { packsOf } from './mgt-21.sold.ts'
import {
  flowIn,
  flowOf,
  kept,
  type Ledger,
  named,
  needed,
  periodsOf,
  type Sold,
  summed,
  withGone,
  without,
} from './mgt-21.stock-ledger.ts'
import { type Evidence, GONE, type Params, SALES } from './mgt-21.terms.ts'
import { findingOn, overdrawn } from './mgt-21.verdict.ts'

/** One item at one institution: what it had, got and gave away, and what it settled. */
export const ledgers: Part<Inventory | Told, Ledger, Evidence, Params> = {
  name: '',
  on: ['inventory', 'told'],
  hears: [SALES, GONE],
  space: 'institution',
  root: (event) => {
    if (event.kind === 'inventory') return event.fixmedins_code
    return [SALES, GONE].includes(event.topic) ? event.of : ''
  },
  key: (event) => (event.kind === 'inventory' ? event.med_list_codg : (event.values as { item: string }).item),
  concerns: (event) => event.kind === 'told' || event.inv_type === 'stock' || flowOf(event) !== undefined,
  memoryless: false,
  initial: () => ({ stocks: [], flows: [], days: {}, gone: {} }),
  onEvent(ledger, event, context) {
    const { params, reference, watermark } = context
    if (event.kind === 'inventory') {
      const { time, cnt, trdn_flag, med_list_codg, inv_type } = event
      const packs = packsOf(cnt, trdn_flag === '1', reference.find('item', med_list_codg, time)?.row)
      if (packs === undefined) return { skipped: 'REFERENCE_MISSING', ...UNCHANGED }
      const forgetAt = time + (params.stock_days + 10) * DAY
      const grown: Ledger =
        inv_type === 'stock'
          ? { ...ledger, stocks: [...ledger.stocks, [time, packs]] }
          : { ...ledger, flows: [...ledger.flows, flowIn(flowOf(event)!, event, packs)] }
      return { state: needed(grown, watermark), forgetAt }
    }
    const day = Number(event.period)
    const forgetAt = startOfDay(day) + (params.stock_days + 10) * DAY
    const { item, sold } = event.values as { item: string; sold: readonly Sold[] | Sold }
    const noted = event.topic === SALES ? ledger : withGone(ledger, day, (sold as Sold).id)
    const before = ledger.days[day]
    if (event.topic !== SALES && !before) return { state: needed(noted, watermark), forgetAt }
    // Without a stocktaking in the days before nobody knows what was there.
    if (!ledger.stocks.some(([at]) => dayOf(at) <= day && dayOf(at) >= day - params.stock_days)) return UNCHANGED
    const told = event.topic === SALES ? summed(sold as readonly Sold[]) : without(before!, sold as Sold)
    const periods = periodsOf(ledger)
    const grown = named({ ...noted, days: { ...ledger.days, [day]: told } }, periods)
    const over = new Map(
      periods
        .map((period) => [period.day, overdrawn(grown, period, params)] as const)
        .filter(([, balances]) => balances.length > 0),
    )
    const holds = periods.flatMap((period) => {
      const balances = over.get(period.day)
      return balances ? [findingOn(item, grown, period, balances, context)] : []
    })
    return { state: kept(grown, periods, over, day), holds: holds.length > 0 ? holds : NOTHING_HOLDS, forgetAt }
  },
}
