import { DAY, dayOf, HOUR } from '../../schemas/time.ts'
import type { Context, Part, Step, Told } from '../detector.ts'
import { endOfMonth, monthOf } from '../kit/plain/calendar.ts'
import { type Payments, pay, reachedIn } from './fnd-05.quota.ts'
import { type Evidence, type OfCommunity, PAYMENT, type Params, type Payment, REACHED, type Reached } from './fnd-05.terms.ts'

/** A month of a medical community: what its members were paid, and what they were told last. */
interface Community {
  readonly paid: Payments
  readonly members: Record<string, true>
  told: Reached | null
}

/** Inpatient settlements may come so late. */
const CLOSED_AFTER = 72 * HOUR
/** 26 months. */
const KEPT = 26 * 31 * DAY

/**
 * Tells the members when their common budget was nearly spent, once the month is closed; who is heard of only then, for it was
 * paid nothing, is told what the others know.
 */
function stepOf(community: Community, month: string, context: Context<Params>, newcomer?: string): Step<Community, Evidence> {
  const closedAt = endOfMonth(month) + CLOSED_AFTER
  const forgetAt = endOfMonth(month) + KEPT
  if (context.watermark < closedAt) return { state: community, wakeAt: closedAt, forgetAt }
  const { root, at } = context
  const reached = reachedIn(root, month, community.paid, context) ?? null
  const isSame = JSON.stringify(reached) === JSON.stringify(community.told)
  community.told = reached
  const whoKnowsNot = isSame ? (reached && newcomer ? [newcomer] : []) : Object.keys(community.members)
  const tells = whoKnowsNot.sort().map(
    (of): Told<OfCommunity> => ({
      kind: 'told',
      topic: REACHED,
      of,
      period: month,
      at,
      admdvs: '',
      values: { owner: root, reached },
    }),
  )
  return { state: community, tells, forgetAt }
}

export const communities: Part<Told<Payment>, Community, Evidence, Params> = {
  name: 'COMMUNITY',
  on: ['told'],
  hears: [PAYMENT],
  space: 'group',
  root: ({ topic, of }) => (topic === PAYMENT ? of : ''),
  key: ({ period }) => period,
  memoryless: false,
  owned: true,
  initial: () => ({ paid: {}, members: {}, told: null }),
  onEvent(community, { period, values: { member, insutype, day, fund } }, context) {
    pay(community.paid, insutype, day, fund)
    const newcomer = community.members[member] ? undefined : member
    community.members[member] = true
    return stepOf(community, period, context, newcomer)
  },
  onTime: (community, context) => stepOf(community, monthOf(dayOf(context.at - CLOSED_AFTER) - 1), context),
}
