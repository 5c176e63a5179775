import type { Admission, Discharge } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { DAY, type Day, dayOf, HOUR, type Instant, startOfDay } from '../../schemas/time.ts'
import { type Context, type Part, type Step, UNCHANGED, type Visit } from '../detector.ts'
import { revise } from '../kit/parts/written.ts'
import { FORM } from './ano-18.form.ts'
import { countThere, isThere, LONGEST_OPEN, LOOKED_BACK, spanOf, TOLD_BACK } from './ano-18.presence.ts'
import type { Evidence, Params, Settled, Stay, Ward } from './ano-18.terms.ts'
import { findingOn } from './ano-18.verdict.ts'

/** A day is judged when no admission or discharge of it can arrive any more. */
const CLOSES = 72 * HOUR
/** Days that settlement and correction of a stay may still change. */
const SETTLES = 8

/** Rows of consecutive days. */
function rowsOf(days: readonly Day[]): Day[][] {
  const rows: Day[][] = []
  for (const day of days) {
    const last = rows.at(-1)
    if (last?.at(-1) === day - 1) last.push(day)
    else rows.push([day])
  }
  return rows
}

/** No admission can come any more of a stay that was settled before this; who came before history began could not be announced. */
function isUnannounced({ began, settled }: Stay, closed: Instant, since: Instant): boolean {
  return began === 0 && settled.some(({ at, begntime }) => at < closed && begntime > since + DAY)
}

function bedsOn(day: Day, { root, reference }: Context<Params>): number {
  return reference.find('institution', root, startOfDay(day))?.row.beds ?? 0
}

/** From this day on those that have been judged will be judged anew. */
function remember(ward: Ward, from: Day, context: Context<Params>): void {
  for (let day = from; day <= ward.judged; day++) ward.beds[day] ??= bedsOn(day, context)
}

/** The last day of which nothing can arrive any more; none while time is unknown. */
function lastClosed(watermark: Instant): Day {
  return dayOf(watermark - CLOSES) - 1
}

/** Judges the days that are over, and anew those that are remembered. */
function judged(ward: Ward, context: Context<Params>): Step<Ward, Evidence> {
  const { root, params, watermark, history_from } = context
  const last = lastClosed(watermark)
  while (ward.judged < last) ward.beds[++ward.judged] = bedsOn(ward.judged, context)
  const closed = startOfDay(ward.judged + 1)
  const stays = [...ward.stays.values()]
  ward.unannounced ||= stays.some((stay) => isUnannounced(stay, closed, history_from))
  const spans = stays.map((stay) => spanOf(stay, ward.unannounced))
  const reach = SETTLES + (ward.unannounced ? LOOKED_BACK : 0)
  if (ward.unannounced) remember(ward, ward.judged - reach + 1, context)
  const days = Object.keys(ward.beds).map(Number)
  const over = days.filter((day) => ward.beds[day]! > 0 && countThere(spans, day) > ward.beds[day]! * params.occupancy)
  const holds = rowsOf(over.sort((a, b) => a - b))
    .filter(({ length }) => length >= params.days)
    .map((row) => findingOn(root, row, spans, ward, context))
  const isNear = (day: Day) => day > ward.judged - reach
  for (const day of days) if (!isNear(day) && !over.includes(day)) delete ward.beds[day]
  let isQuiet = true
  for (const span of spans) {
    const { stay } = span
    const newest = Math.max(span.began, span.ended, ...stay.settled.map(({ at }) => at))
    const isOpen = span.began > 0 && span.ended === 0 && ward.judged - dayOf(span.began) < LONGEST_OPEN
    if (isOpen || isNear(dayOf(newest))) isQuiet = false
    else if (!over.some((day) => isThere(span, day))) ward.stays.delete(stay.visit)
  }
  const next = nextVerdict(ward)
  // Days on which nothing can change are made up for when something happens again.
  return { state: ward, holds, wakeAt: isQuiet ? undefined : next, forgetAt: next + LONGEST_OPEN * DAY }
}

/** Of two days up to which was judged, where the first may be unknown. */
function earliest(known: Day, day: Day): Day {
  return known === 0 ? day : Math.min(known, day)
}

function settledIn({
  setl_id: id,
  setl_time: at,
  begntime = 0,
  endtime = 0,
  mid_setl_flag,
  fund_pay_sumamt: fund,
}: Visit): Settled {
  return { id, at, begntime, endtime, mid: mid_setl_flag === '1', fund }
}

const visitOf = ({ mdtrt_id, ...event }: Visit | Admission | Discharge) =>
  mdtrt_id || (event.kind === 'settlement' ? event.setl_id : '')

/** When the next day is over for good. */
function nextVerdict({ judged: last }: Ward): Instant {
  return startOfDay(last + 2) + CLOSES
}

/** Who lies at an institution, and how many beds it has. */
export const wardPart: Part<Visit | Admission | Discharge, Ward, Evidence, Params> = {
  name: '',
  on: ['admission', 'discharge', 'settlement'],
  space: 'institution',
  root: ({ fixmedins_code }) => fixmedins_code,
  key: () => '',
  concerns: (event) => event.kind !== 'settlement' || isInpatient(event.med_class),
  memoryless: false,
  owned: true,
  form: FORM,
  initial: () => ({ stays: new Map(), beds: {}, judged: 0, unannounced: false, admdvs: '' }),
  onEvent(ward, event, context) {
    const visit = visitOf(event)
    // Who has no beds registered cannot be overloaded.
    const row = context.reference.find('institution', context.root, context.at)?.row
    if (!row?.beds) return { unchanged: true, state: undefined, skipped: 'REFERENCE_MISSING' }
    ward.admdvs ||= row.admdvs ?? ''
    // What has rested is brought up to date without the newcomer, as if it had been judged day by day.
    const hasRested = ward.judged > 0 && context.watermark >= nextVerdict(ward)
    const holds = hasRested ? judged(ward, context).holds : undefined
    const first = dayOf(context.at) - TOLD_BACK
    ward.judged = earliest(ward.judged, Math.max(first - 1, lastClosed(context.watermark)))
    remember(ward, first, context)
    const known = ward.stays.get(visit)
    const stay = known ?? { visit, began: 0, ended: 0, ingested: 0, settled: [], written: '' }
    if (!known) ward.stays.set(visit, stay)
    if (event.kind === 'admission') revise(stay, { began: event.begntime })
    else if (event.kind === 'settlement') revise(stay, { settled: [...stay.settled, settledIn(event)] })
    else {
      const ingested = event.ingest_time ?? 0
      const isLater = ingested > stay.ingested || (ingested === stay.ingested && event.endtime > stay.ended)
      if (stay.ended === 0 || isLater) revise(stay, { ended: event.endtime, ingested })
    }
    const wakeAt = nextVerdict(ward)
    return { state: ward, holds, wakeAt, forgetAt: wakeAt + LONGEST_OPEN * DAY }
  },
  onVoid(ward, original, context) {
    if (original.kind !== 'settlement' || !isInpatient(original.med_class)) return UNCHANGED
    const stay = ward.stays.get(visitOf(original))
    if (!stay) return UNCHANGED
    revise(stay, { settled: stay.settled.filter(({ id }) => id !== original.setl_id) })
    if (stay.settled.length === 0 && stay.began === 0 && stay.ended === 0) ward.stays.delete(stay.visit)
    return judged(ward, context)
  },
  onTime: judged,
}
