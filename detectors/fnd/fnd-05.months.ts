import type { Complaint } from '../../schemas/events.ts'
import { yuan } from '../../schemas/money.ts'
import { DAY, type Day, dayOf, formatDay, type Instant, SECOND, startOfDay } from '../../schemas/time.ts'
import { BEFORE_TIME, type Context, type Finding, type Part, type Step, type Told, UNCHANGED, type Visit } from '../detector.ts'
import { dayAfterMonth, endOfMonth, firstDayOf, monthOf, monthsAfter } from '../kit/calendar.ts'
import { count, type Hospital, settle } from './fnd-05.days.ts'
import { signalsIn } from './fnd-05.signals.ts'
import { type Change, type Evidence, hasBudgetAhead, type Params, quotaOf, TOPIC } from './fnd-05.terms.ts'

/** A readmission may be three days later, and be told 72 hours after. */
const CLOSED_AFTER = 6 * DAY
const DAYS_KEPT = 140
const NAMED = 500

function daysFrom(first: Day, until: Day): Day[] {
  return Array.from({ length: Math.max(0, until - first) }, (_, i) => first + i)
}

function findingOn(hospital: Hospital, month: string, context: Context<Params>): Finding<Evidence> | 'HISTORY_SHORT' | undefined {
  const { root, params, history_from, reference } = context
  const quota = quotaOf(root, endOfMonth(month) - SECOND, reference)
  if (quota === undefined) return undefined
  const [first, end] = [firstDayOf(month), dayAfterMonth(month)]
  let spent = 0
  const reached = daysFrom(first, end).find((day) => {
    spent += hospital.days[day]?.fund ?? 0
    return spent >= params.burn * quota
  })
  if (reached === undefined) return undefined
  const known = Math.max(reached + 1 - params.baseline_days, dayOf(history_from))
  const days = { before: daysFrom(known, reached + 1), after: daysFrom(reached + 1, end) }
  if (days.after.length < params.after_days) return undefined
  if (days.before.length < params.known_days) return 'HISTORY_SHORT'
  const signals = signalsIn(hospital, days, context)
  if (signals.length < params.least_signals) return undefined
  const [from, until] = [startOfDay(reached + 1), endOfMonth(month)]
  const named = hospital.stays.filter(([, second]) => second * SECOND >= from && second * SECOND < until)
  return {
    subject: { type: 'institution', id: root },
    bucket: month,
    result: 'suspicion',
    severity: 3,
    // Who is refused costs the fund nothing.
    vola_amt: 0,
    setl_ids: named.slice(0, NAMED).map(([id]) => id),
    setl_count: named.length,
    lines: [],
    at: endOfMonth(month) - SECOND,
    first_seen: from,
    ...{ psn_no: '', fixmedins_code: root, admdvs: hospital.admdvs, insu_admdvs: '' },
    evidence: {
      fixmedins_code: root,
      month,
      quota: yuan(quota),
      reached_on: formatDay(reached),
      burn: params.burn,
      before_days: days.before.length,
      after_days: days.after.length,
      signals,
    },
  }
}

/** Judges every month that is closed and remembered with its baseline. */
function judged(hospital: Hospital, context: Context<Params>, now: Instant): Step<Hospital, Evidence> {
  const oldest = dayOf(now) - DAYS_KEPT + context.params.baseline_days
  const recent = Object.keys(hospital.days).map((day) => monthOf(Number(day)))
  const holds: Finding<Evidence>[] = []
  let skipped: 'HISTORY_SHORT' | undefined
  const months = new Set([...recent.filter((month) => firstDayOf(month) >= oldest), ...hospital.held])
  for (const month of months) {
    if (endOfMonth(month) + CLOSED_AFTER > now) continue
    const finding = findingOn(hospital, month, context)
    if (finding === 'HISTORY_SHORT') skipped = finding
    else if (finding) holds.push(finding)
  }
  hospital.held = holds.map(({ bucket }) => bucket)
  forget(hospital, dayOf(now))
  return { ...waiting(hospital, now), holds, skipped }
}

/** What a finding rests on is kept with it. */
function forget(hospital: Hospital, today: Day): void {
  const oldest = Math.min(today, ...hospital.held.map(firstDayOf)) - DAYS_KEPT
  for (const day of Object.keys(hospital.days)) if (Number(day) < oldest) delete hospital.days[day]
  const kept = hospital.stays.filter(([, second]) => dayOf(second * SECOND) >= oldest)
  hospital.stays.splice(0, hospital.stays.length, ...kept)
}

function waiting(hospital: Hospital, now: Instant): Step<Hospital, Evidence> {
  let month = monthOf(dayOf(now - CLOSED_AFTER))
  while (endOfMonth(month) + CLOSED_AFTER <= now) month = monthsAfter(month, 1)
  return { state: hospital, wakeAt: endOfMonth(month) + CLOSED_AFTER }
}

/** The watermark, or the first event's own time. */
function timeIn({ watermark, at }: Context<Params>): Instant {
  return watermark === BEFORE_TIME ? at : watermark
}

export const hospitals: Part<Visit | Complaint | Told<readonly Change[]>, Hospital, Evidence, Params> = {
  name: '',
  on: ['settlement', 'complaint', 'told'],
  hears: [TOPIC],
  space: 'institution',
  root: (event) => (event.kind === 'told' ? (event.topic === TOPIC ? event.of : '') : event.fixmedins_code),
  key: () => '',
  memoryless: false,
  owned: true,
  concerns(event, context) {
    if (event.kind === 'told') return true
    const { fixmedins_code } = event
    if (event.kind === 'complaint') return hasBudgetAhead(fixmedins_code, event.time, context)
    return quotaOf(fixmedins_code, event.setl_time, context.reference) !== undefined
  },
  initial: () => ({ days: {}, stays: [], held: [], admdvs: '' }),
  onEvent(hospital, event, context) {
    if (event.kind === 'told') for (const change of event.values) count(hospital, ...change)
    else if (event.kind === 'complaint') count(hospital, dayOf(event.time), 'complaints', 1)
    else settle(hospital, event, 1)
    const now = timeIn(context)
    // What a void changes in a month that is closed is told by the person's stays.
    const isPast = event.kind === 'told' && event.values.some(([day]) => endOfMonth(monthOf(day)) + CLOSED_AFTER <= now)
    return isPast ? judged(hospital, context, now) : waiting(hospital, now)
  },
  onVoid(hospital, original, context) {
    if (quotaOf(context.root, (original as Visit).setl_time, context.reference) === undefined) return UNCHANGED
    settle(hospital, original as Visit, -1)
    return judged(hospital, context, timeIn(context))
  },
  onTime: (hospital, context) => judged(hospital, context, context.at),
}
