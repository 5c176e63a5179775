import type { Complaint } from '../../schemas/events.ts'
import { yuan } from '../../schemas/money.ts'
import { DAY, type Day, dayOf, formatDay, type Instant, SECOND, startOfDay } from '../../schemas/time.ts'
import { BEFORE_TIME, type Context, type Finding, type Part, type Step, type Told, UNCHANGED, type Visit } from '../detector.ts'
import { dayAfterMonth, endOfMonth, firstDayOf, monthOf } from '../kit/plain/calendar.ts'
import { count, type Hospital, pooledFund, settle } from './fnd-05.days.ts'
import { hasBudgetAhead, ownerOf, pay, reachedIn, sharedWith } from './fnd-05.quota.ts'
import { signalsIn } from './fnd-05.signals.ts'
import {
  type Change,
  type Evidence,
  type OfCommunity,
  PAYMENT,
  type Params,
  type Payment,
  REACHED,
  TOPIC,
} from './fnd-05.terms.ts'

/** A readmission may be three days later, and be told 72 hours after. */
const CLOSED_AFTER = 6 * DAY
const DAYS_KEPT = 140
const NAMED = 500

function daysFrom(first: Day, until: Day): Day[] {
  return Array.from({ length: Math.max(0, until - first) }, (_, i) => first + i)
}

/** Whose budget was nearly spent, and when: the community's, where the institution shares one. */
function spentIn({ paid, common }: Hospital, month: string, context: Context<Params>) {
  const { owner, reached } = common[month] ?? { owner: context.root, reached: reachedIn(context.root, month, paid, context) }
  return reached && { owner, ...reached }
}

function findingOn(hospital: Hospital, month: string, context: Context<Params>): Finding<Evidence> | 'HISTORY_SHORT' | undefined {
  const { root, params, history_from } = context
  const spent = spentIn(hospital, month, context)
  if (!spent) return undefined
  const { owner, insutype, quota, day: reached } = spent
  const end = dayAfterMonth(month)
  const known = Math.max(reached + 1 - params.baseline_days, dayOf(history_from))
  const days = { before: daysFrom(known, reached + 1), after: daysFrom(reached + 1, end), insutype }
  if (days.after.length < params.after_days) return undefined
  if (days.before.length < params.known_days) return 'HISTORY_SHORT'
  const signals = signalsIn(hospital, days, context)
  if (signals.length < params.least_signals) return undefined
  const [from, until] = [startOfDay(reached + 1), endOfMonth(month)]
  const named = hospital.stays.filter(([, second, type]) => {
    return second * SECOND >= from && second * SECOND < until && (insutype === '' || type === insutype)
  })
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
    ...{ psn_no: '', fixmedins_code: root, admdvs: placeOf(hospital, until, context), insu_admdvs: '' },
    evidence: {
      fixmedins_code: root,
      month,
      ...{ owner, insutype },
      quota: yuan(quota),
      reached_on: formatDay(reached),
      burn: params.burn,
      before_days: days.before.length,
      after_days: days.after.length,
      signals,
    },
  }
}

/** Of a hospital that settles nothing the register tells. */
function placeOf({ admdvs }: Hospital, at: Instant, { root, reference }: Context<Params>): string {
  return admdvs || (reference.find('institution', root, at)?.row.admdvs ?? '')
}

/** Judges every month that is closed and remembered with its baseline. */
function judged(hospital: Hospital, context: Context<Params>, now: Instant): Step<Hospital, Evidence> {
  const oldest = dayOf(now) - DAYS_KEPT + context.params.baseline_days
  const told = [...Object.values(hospital.days), ...Object.values(hospital.paid)].flatMap((days) => Object.keys(days))
  const recent = [...new Set(told)].map((day) => monthOf(Number(day)))
  const holds: Finding<Evidence>[] = []
  let skipped: 'HISTORY_SHORT' | undefined
  const months = new Set([
    ...[...recent, ...Object.keys(hospital.common)].filter((month) => firstDayOf(month) >= oldest),
    ...hospital.held,
  ])
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
  forgetDays(hospital.days, oldest)
  forgetDays(hospital.paid, oldest)
  for (const month of Object.keys(hospital.common)) if (dayAfterMonth(month) < oldest) delete hospital.common[month]
  const kept = hospital.stays.filter(([, second]) => dayOf(second * SECOND) >= oldest)
  hospital.stays.splice(0, hospital.stays.length, ...kept)
}

function forgetDays(byType: Record<string, Record<string, unknown>>, oldest: Day): void {
  for (const [insutype, days] of Object.entries(byType)) {
    for (const day of Object.keys(days)) if (Number(day) < oldest) delete days[day]
    if (Object.keys(days).length === 0) delete byType[insutype]
  }
}

function waiting(hospital: Hospital, now: Instant): Step<Hospital, Evidence> {
  return { state: hospital, wakeAt: endOfMonth(monthOf(dayOf(now - CLOSED_AFTER))) + CLOSED_AFTER }
}

/** Puts the payment on the hospital's own account, or tells it to the community that pays. */
function burden(hospital: Hospital, visit: Visit, sign: 1 | -1, { at, reference }: Context<Params>): Told<Payment>[] {
  settle(hospital, visit, sign)
  const { fixmedins_code: member, insutype, setl_time, admdvs } = visit
  const of = ownerOf(visit, reference)!
  const [day, fund] = [dayOf(setl_time), sign * pooledFund(visit)]
  if (of !== member)
    return [{ kind: 'told', topic: PAYMENT, of, period: monthOf(day), at, admdvs, values: { member, insutype, day, fund } }]
  pay(hospital.paid, insutype, day, fund)
  return []
}

/**
 * A member that was paid nothing in a month that is over: the community has not heard of it, and who takes nobody any more is
 * the first to be looked at.
 */
function asksFor(month: string, { common, admdvs }: Hospital, { root, at, reference }: Context<Params>): Told<Payment>[] {
  const of = common[month] ? undefined : sharedWith(root, month, reference)
  if (of === undefined) return []
  const nothing = { member: root, insutype: '', day: firstDayOf(month), fund: 0 }
  return [{ kind: 'told', topic: PAYMENT, of, period: month, at, admdvs, values: nothing }]
}

type Heard = Visit | Complaint | Told<readonly Change[]> | Told<OfCommunity>

function isOfCommunity(told: Told<readonly Change[]> | Told<OfCommunity>): told is Told<OfCommunity> {
  return told.topic === REACHED
}

/** The watermark, or the first event's own time. */
function timeIn({ watermark, at }: Context<Params>): Instant {
  return watermark === BEFORE_TIME ? at : watermark
}

export const hospitals: Part<Heard, Hospital, Evidence, Params> = {
  name: '',
  on: ['settlement', 'complaint', 'told'],
  hears: [TOPIC, REACHED],
  space: 'institution',
  root: (event) =>
    event.kind === 'told' ? (event.topic === TOPIC || event.topic === REACHED ? event.of : '') : event.fixmedins_code,
  key: () => '',
  memoryless: false,
  owned: true,
  concerns(event, context) {
    if (event.kind === 'told') return true
    const { fixmedins_code } = event
    if (event.kind === 'complaint') return hasBudgetAhead(fixmedins_code, event.time, context)
    return ownerOf(event, context.reference) !== undefined
  },
  initial: () => ({ days: {}, paid: {}, common: {}, stays: [], held: [], admdvs: '' }),
  onEvent(hospital, event, context) {
    const now = timeIn(context)
    if (event.kind === 'settlement') return { ...waiting(hospital, now), tells: burden(hospital, event, 1, context) }
    if (event.kind === 'complaint') {
      count(hospital, [dayOf(event.time), 'complaints', 1, ''])
      return waiting(hospital, now)
    }
    // What a void changes in a month that is closed is told by the person's stays, or by the community.
    const isClosed = (month: string) => endOfMonth(month) + CLOSED_AFTER <= now
    if (isOfCommunity(event)) hospital.common[event.period] = event.values
    else for (const change of event.values) count(hospital, change)
    const isPast = isOfCommunity(event) ? isClosed(event.period) : event.values.some(([day]) => isClosed(monthOf(day)))
    return isPast ? judged(hospital, context, now) : waiting(hospital, now)
  },
  onVoid(hospital, original, context) {
    const visit = original as Visit
    if (ownerOf(visit, context.reference) === undefined) return UNCHANGED
    const tells = burden(hospital, visit, -1, context)
    return { ...judged(hospital, context, timeIn(context)), tells }
  },
  onTime(hospital, context) {
    const tells = asksFor(monthOf(dayOf(context.at - CLOSED_AFTER) - 1), hospital, context)
    return { ...judged(hospital, context, context.at), tells }
  },
}
