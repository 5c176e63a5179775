import type { Inventory } from '../../schemas/events.ts'
import { type Day, dayOf, type Instant, startOfDay } from '../../schemas/time.ts'
import { type Part, type Reversal, type Told, UNCHANGED, type Visit } from '../detector.ts'
import { type Gathered, type Paged, pagesOf } from '../kit/parts/pages.ts'
import { soldIn } from './mgt-21.sold.ts'
import {
  lengthOf,
  NOTHING_SOLD,
  type SoldRows,
  soldByItem,
  withoutSettlement,
  withSettlement,
  withUnsettled,
} from './mgt-21.sold-rows.ts'
import { CLOSES, flowOf } from './mgt-21.stock-ledger.ts'
import { type Evidence, GONE, type Params, SALES } from './mgt-21.terms.ts'

/** The day's sales; the first of them may lie aside as pages. */
interface Shelf extends Paged {
  readonly day: Day
  readonly sold: SoldRows
}

/** So many characters are a page: shorter ones would name the same items again and again. */
const PAGE = 4_000

const pages = pagesOf<SoldRows, Evidence, Params>('MGT-21', (day, gathered, { root, at }) => salesOf(gathered, root, day, at))
/** What was sold on the days of institutions that sell much. */
export const laidAside = pages.part

type Selling = Visit | Reversal | Inventory

function dayIn(event: Selling): Day {
  if (event.kind === 'inventory') return dayOf(event.time)
  return dayOf(event.kind === 'reversal' ? event.visit.setl_time : event.setl_time)
}

function closeOf(day: Day): Instant {
  return startOfDay(day + 1) + CLOSES
}

/** What was sold on one day. When nothing of the day can come any more each item's ledger is told. */
export const shelf: Part<Selling, Shelf, Evidence, Params> = {
  name: 'SOLD',
  on: ['settlement', 'reversal', 'inventory'],
  space: 'institution',
  root: (event) => (event.kind === 'reversal' ? event.visit.fixmedins_code : event.fixmedins_code),
  key: (event) => String(dayIn(event)),
  concerns: (event) => event.kind !== 'inventory' || flowOf(event) === 'own_sale',
  memoryless: false,
  initial: () => ({ day: 0, sold: NOTHING_SOLD }),
  onEvent(known, event, { root, at }) {
    const day = dayIn(event)
    const wakeAt = closeOf(day)
    if (event.kind === 'reversal') {
      if (event.isUnheard) return UNCHANGED
      // Until the day closes `onVoid` takes its part back, and the ledger knows nothing yet of the day.
      const tells = [...soldIn(event.visit)].map(([item, sold]) => tell(GONE, root, day, at, { item, sold }))
      return known.day === 0 ? { state: undefined, tells } : { state: known, tells, wakeAt }
    }
    const sold = event.kind === 'inventory' ? withUnsettled(known.sold, event.med_list_codg) : withVisit(known.sold, event, day)
    if (sold === known.sold) return UNCHANGED
    if (lengthOf(sold) < PAGE) return { state: { ...known, day, sold }, wakeAt }
    const { pages: before = 0 } = known
    const state = { ...known, day, sold: NOTHING_SOLD, pages: before + 1 }
    return { state, wakeAt, tells: [pages.full(root, day, at, before, sold)] }
  },
  onVoid(known, original) {
    const visit = original as Visit
    const sold = withoutSettlement(known.sold, visit.setl_id)
    const wakeAt = closeOf(known.day)
    if (sold.text === known.sold.text) {
      if (!known.pages || soldIn(visit).size === 0) return UNCHANGED
      return { state: { ...known, gone: [...(known.gone ?? []), visit.setl_id] }, wakeAt }
    }
    return sold.text === '' && !known.pages ? { state: undefined } : { state: { ...known, sold }, wakeAt }
  },
  onTime(known, { root, at }) {
    const { day, sold, gone = [] } = known
    if (known.pages) return { state: undefined, tells: [pages.gather(root, day, at, known, sold)] }
    return { state: undefined, tells: salesOf({ pages: [sold], gone }, root, day, at) }
  },
}

function withVisit(known: SoldRows, visit: Visit, day: Day): SoldRows {
  const sold = soldIn(visit)
  return sold.size === 0 ? known : withSettlement(known, visit, day, sold)
}

/** What each item's ledger is told of the day. */
function salesOf(gathered: Gathered<SoldRows>, root: string, day: Day, at: Instant): Told[] {
  const all = [...soldByItem(gathered, day)].sort(([a], [b]) => (a < b ? -1 : 1))
  return all.map(([item, sold]) => tell(SALES, root, day, at, { item, sold }))
}

function tell(topic: string, of: string, day: Day, at: Instant, values: unknown): Told {
  return { kind: 'told', topic, of, period: String(day), at, admdvs: '', values }
}
