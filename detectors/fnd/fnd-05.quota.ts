import { type Fen, fenOf } from '../../schemas/money.ts'
import { type Day, dayOf, type Instant, SECOND, startOfDay } from '../../schemas/time.ts'
import type { Context, Visit } from '../detector.ts'
import { dayAfterMonth, endOfMonth, firstDayOf, monthOf, monthsAfter } from '../kit/plain/calendar.ts'
import type { ReferenceView } from '../reference.ts'
import type { Params, Reached } from './fnd-05.terms.ts'

/** What was paid, by insurance type and day. */
export type Payments = Record<string, Record<number, Fen>>

/** Those of whom budgets are made where they are made by insurance type: employees, and residents. */
const BASIC_INSURANCES = ['310', '390']

function quotaOf(
  owner: string,
  { month, insutype, at }: { month: string; insutype: string; at: Instant },
  reference: ReferenceView,
): Fen | undefined {
  const quota = reference.find('budget', `${owner}:${month}${insutype && `:${insutype}`}`, at)?.row.quota
  return quota ? fenOf(quota) : undefined
}

function groupOf(fixmedins_code: string, at: Instant, reference: ReferenceView): string {
  return reference.find('institution', fixmedins_code, at)?.row.group_id ?? ''
}

/** Whose quota the settlement burdens: that of the medical community where it has one, else the institution's own. */
export function ownerOf({ fixmedins_code, setl_time: at, insutype }: Visit, reference: ReferenceView): string | undefined {
  const month = monthOf(dayOf(at))
  const isOwner = (owner: string) =>
    ['', insutype].some((type) => quotaOf(owner, { month, insutype: type, at }, reference) !== undefined)
  const group = groupOf(fixmedins_code, at, reference)
  if (group && isOwner(group)) return group
  return isOwner(fixmedins_code) ? fixmedins_code : undefined
}

/** The medical community with which the institution shares the month's budget. */
export function sharedWith(fixmedins_code: string, month: string, reference: ReferenceView): string | undefined {
  const at = endOfMonth(month) - SECOND
  const group = groupOf(fixmedins_code, at, reference)
  return group && isOwnerOfAny(group, month, at, reference) ? group : undefined
}

function isOwnerOfAny(owner: string, month: string, at: Instant, reference: ReferenceView): boolean {
  return ['', ...BASIC_INSURANCES].some((insutype) => quotaOf(owner, { month, insutype, at }, reference) !== undefined)
}

function hasBudget(fixmedins_code: string, at: Instant, reference: ReferenceView): boolean {
  const month = monthOf(dayOf(at))
  const group = groupOf(fixmedins_code, at, reference)
  const owners = group ? [fixmedins_code, group] : [fixmedins_code]
  return owners.some((owner) => isOwnerOfAny(owner, month, at, reference))
}

/** Whether the month has a budget, or one to whose baseline the day belongs: budgets may be known for that month alone. */
export function hasBudgetAhead(fixmedins_code: string, at: Instant, { params, reference }: Context<Params>): boolean {
  if (hasBudget(fixmedins_code, at, reference)) return true
  const day = dayOf(at)
  for (let month = monthsAfter(monthOf(day), 1); firstDayOf(month) - day < params.baseline_days; month = monthsAfter(month, 1))
    if (hasBudget(fixmedins_code, startOfDay(firstDayOf(month)), reference)) return true
  return false
}

export function pay(payments: Payments, insutype: string, day: Day, fund: Fen): void {
  payments[insutype] ??= {}
  const days = payments[insutype]
  days[day] = (days[day] ?? 0) + fund
  if (days[day] === 0) delete days[day]
  if (Object.keys(days).length === 0) delete payments[insutype]
}

/** Of the owner's quotas of the month, the one that was first spent to the share that makes one look. */
export function reachedIn(
  owner: string,
  month: string,
  payments: Payments,
  { params, reference }: Context<Params>,
): Reached | undefined {
  const at = endOfMonth(month) - SECOND
  const end = dayAfterMonth(month)
  const reached = ['', ...Object.keys(payments).sort()].flatMap((insutype) => {
    const quota = quotaOf(owner, { month, insutype, at }, reference)
    if (quota === undefined) return []
    const paid = insutype === '' ? Object.values(payments) : [payments[insutype]!]
    let spent = 0
    for (let day = firstDayOf(month); day < end; day++) {
      for (const days of paid) spent += days[day] ?? 0
      if (spent >= params.burn * quota) return [{ day, insutype, quota }]
    }
    return []
  })
  // Sorting is stable: of one day that of all types comes first.
  return reached.sort((a, b) => a.day - b.day)[0]
}
