import type { Inventory } from '../../schemas/events.ts'
import { type Day, dayOf, type Instant } from '../../schemas/time.ts'
import { type Context, type Part, type Step, type Told, UNCHANGED, type Visit } from '../detector.ts'
import { type Gathered, type Paged, pagesOf } from '../kit/parts/pages.ts'
import { withoutRow } from '../kit/plain/rows.ts'
import { rowOfReport, rowOfVisit, salesIn } from './mgt-20.sold-packages.ts'
import { ANSWER, ASK, CHECK, type Evidence, LATENESS, looks, type Params, told, WHOLE } from './mgt-20.terms.ts'

interface DayLog extends Paged {
  readonly day: Day
  /** A row for each settlement and each report. Before the first look the first rows may lie aside as pages. */
  readonly text: string
  /** The packages are being looked after: the institution sends receipts. */
  readonly checked?: true
}

/** So many characters of text are a page: about as many as a busy institution sells in an hour. */
const PAGE = 2_000

const pages = pagesOf<string, Evidence, Params>('MGT-20', (day, gathered, { root, at }) => [told(WHOLE, root, day, at, gathered)])
/** What was sold on the days of institutions that sell much. */
export const laidAside = pages.part

/** A sale that names its settlement is told by that. */
function isSale(event: Visit | Inventory): boolean {
  return event.kind === 'settlement' || (event.inv_type === 'sale' && event.setl_id === '')
}

function soldAt(event: Visit | Inventory): Instant {
  return event.kind === 'settlement' ? event.setl_time : event.time
}

/** What was sold on one day with codes; institutions that send no receipts are soon forgotten again. */
export const sold: Part<Visit | Inventory | Told, DayLog, Evidence, Params> = {
  name: 'SOLD',
  on: ['settlement', 'inventory', 'told'],
  hears: [ANSWER, WHOLE],
  space: 'institution',
  root: (event) => {
    if (event.kind !== 'told') return event.fixmedins_code
    return event.topic === ANSWER || event.topic === WHOLE ? event.of : ''
  },
  key: (event) => (event.kind === 'told' ? event.period : String(dayOf(soldAt(event)))),
  concerns: (event) => event.kind === 'told' || (isSale(event) && event.drug_trac_info.length > 0),
  memoryless: false,
  initial: () => ({ day: 0, text: '' }),
  onEvent(known, event, context) {
    const { root, at, params } = context
    if (event.kind === 'told') {
      return event.topic === WHOLE
        ? looked(whole(known, event.values as Gathered<string>), context)
        : answered(known, event, context)
    }
    const row = event.kind === 'inventory' ? rowOfReport(event, context) : rowOfVisit(event, context)
    if (row === '') return UNCHANGED
    const log = { ...known, day: dayOf(soldAt(event)), text: known.text + row }
    const [wakeAt] = looks(log.day, params)
    if (log.text.length < PAGE) return { state: log, wakeAt }
    const { pages: before = 0 } = log
    const tells = [pages.full(root, log.day, at, before, log.text)]
    return { state: { ...log, text: '', pages: before + 1 }, wakeAt, tells }
  },
  onVoid(known, original, context) {
    const log = without(known, original as Visit, context)
    if (log === known) return UNCHANGED
    if (log.text === '' && !log.pages) return { state: undefined }
    const all = looks(log.day, context.params)
    return { state: log, wakeAt: log.checked ? all[2] : all.find((look) => look > context.watermark) }
  },
  onTime(log, context) {
    if (!log.pages) return looked(log, context)
    const tells = [pages.gather(context.root, log.day, context.at, log, log.text)]
    return { state: { day: log.day, text: '' }, tells }
  },
}

/** The log without what the settlement sold. */
function without(log: DayLog, visit: Visit, context: Context<Params>): DayLog {
  const text = withoutRow(log.text, visit.setl_id)
  if (text !== log.text) return { ...log, text }
  if (!log.pages || rowOfVisit(visit, context) === '') return log
  return { ...log, gone: [...(log.gone ?? []), visit.setl_id] }
}

function whole({ day }: DayLog, { pages, gone }: Gathered<string>): DayLog {
  return { day, text: gone.reduce(withoutRow, pages.join('')) }
}

function looked(log: DayLog, { root, at, params }: Context<Params>): Step<DayLog, Evidence> {
  if (log.text === '') return { state: undefined }
  const [first, second, last] = looks(log.day, params)
  const isLast = at >= last
  const until = isLast ? last - LATENESS : at >= second ? second - LATENESS : first - LATENESS
  const wakeAt = isLast ? undefined : log.checked || at >= second ? last : second
  if (log.checked) {
    return { state: isLast ? undefined : log, wakeAt, tells: isLast ? checks(log, root, at, true) : [] }
  }
  return { state: log, wakeAt, tells: [told(ASK, root, log.day, at, until)] }
}

function checks(log: DayLog, institution: string, at: Instant, final: boolean): Told[] {
  return salesIn(log.text, log.day, institution).map((sale) => told(CHECK, sale.trace, log.day, at, { sale, final }))
}

function answered(log: DayLog, { values, at }: Told, { root, params }: Context<Params>): Step<DayLog, Evidence> {
  const sends = values as boolean
  const [, second, last] = looks(log.day, params)
  if (at >= last) return { state: undefined, tells: sends ? checks(log, root, at, true) : [] }
  const wakeAt = sends || at >= second ? last : second
  if (!sends) return { state: log, wakeAt }
  return { state: { ...log, checked: true }, wakeAt, tells: checks(log, root, at, false) }
}
