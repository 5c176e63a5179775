import type { Inventory } from '../../schemas/events.ts'
import { type Day, dayOf, type Instant } from '../../schemas/time.ts'
import { type Context, type Part, type Step, type Told, UNCHANGED, type Visit } from '../detector.ts'
import { firstSoldAt, rowsOfReport, rowsOfVisit, salesIn, withoutSettlement } from './mgt-20.sold-packages.ts'
import { ANSWER, ASK, CHECK, type Evidence, LATENESS, looks, type Params, told } from './mgt-20.terms.ts'

interface DayLog {
  readonly text: string
  /** The packages are being looked after: the institution sends receipts. */
  readonly checked?: true
}

function withText({ checked }: DayLog, text: string): DayLog {
  return checked ? { text, checked } : { text }
}

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
  hears: [ANSWER],
  space: 'institution',
  root: (event) => {
    if (event.kind !== 'told') return event.fixmedins_code
    return event.topic === ANSWER ? event.of : ''
  },
  key: (event) => (event.kind === 'told' ? event.period : String(dayOf(soldAt(event)))),
  concerns: (event) => event.kind === 'told' || (isSale(event) && event.drug_trac_info.length > 0),
  memoryless: false,
  initial: () => ({ text: '' }),
  onEvent(log, event, context) {
    if (event.kind === 'told') return answered(log, event, context)
    const rows = event.kind === 'inventory' ? rowsOfReport(event, context) : rowsOfVisit(event, context)
    const [wakeAt] = looks(dayOf(soldAt(event)), context.params)
    return rows === '' ? UNCHANGED : { state: withText(log, log.text + rows), wakeAt }
  },
  onVoid(log, original, { params, watermark }) {
    const { setl_id, setl_time } = original as Visit
    const text = withoutSettlement(log.text, setl_id)
    if (text === log.text) return UNCHANGED
    if (text === '') return { state: undefined }
    const all = looks(dayOf(setl_time), params)
    return { state: withText(log, text), wakeAt: log.checked ? all[2] : all.find((look) => look > watermark) }
  },
  onTime(log, { root, at, params }) {
    const day = dayOf(firstSoldAt(log.text))
    const [first, second, last] = looks(day, params)
    const isLast = at >= last
    const until = isLast ? last - LATENESS : at >= second ? second - LATENESS : first - LATENESS
    const wakeAt = isLast ? undefined : log.checked || at >= second ? last : second
    const state = isLast ? undefined : log
    if (log.checked) return { state, wakeAt, tells: isLast ? checks(log, root, day, at, true) : [] }
    return { state: log, wakeAt, tells: [told(ASK, root, day, at, until)] }
  },
}

function checks(log: DayLog, institution: string, day: Day, at: Instant, final: boolean): Told[] {
  return salesIn(log.text, institution).map((sale) => told(CHECK, sale.trace, day, at, { sale, final }))
}

function answered(log: DayLog, { period, values, at }: Told, { root, params }: Context<Params>): Step<DayLog, Evidence> {
  const sends = values as boolean
  const day = Number(period)
  const [, second, last] = looks(day, params)
  if (at >= last) return { state: undefined, tells: sends ? checks(log, root, day, at, true) : [] }
  const wakeAt = sends || at >= second ? last : second
  if (!sends) return { state: log, wakeAt }
  return { state: { text: log.text, checked: true }, wakeAt, tells: checks(log, root, day, at, false) }
}
