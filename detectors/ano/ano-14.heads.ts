import { DAY, dayOf } from '../../schemas/time.ts'
import { type Context, type Part, type Step, type Told, UNCHANGED, type Visit } from '../detector.ts'
import { endOfMonth, monthOf } from '../kit/plain/calendar.ts'

/** A person has come to the institution in the month (1), or all that told so was taken back (-1). */
export type Head = Told<1 | -1>

export const HEADS = 'ANO-14/heads'
/** As long as its stays. What is taken back later changes the sums of the month, and no longer who came. */
const KEPT = 400 * DAY

const monthIn = ({ setl_time }: Visit) => monthOf(dayOf(setl_time))

/** Settlements of nothing are no visits. */
export function isCounted({ medfee_sumamt }: Visit): boolean {
  return medfee_sumamt > 0
}

function told(visit: Visit, values: 1 | -1, { at }: Context<unknown>): Head {
  const { fixmedins_code: of, admdvs } = visit
  const back = values < 0 ? { back: true as const } : {}
  return { kind: 'told', ...back, topic: HEADS, of, period: monthIn(visit), at, admdvs, values }
}

function remembered(times: number, visit: Visit): Step<number, never> {
  return { state: times, forgetAt: endOfMonth(monthIn(visit)) + KEPT }
}

/**
 * How often a person came to an institution in a month; the institution is told of the first time. With the names of all who
 * come, its own memory would grow through the month, and all of it be written anew with each of them.
 */
export const headsPart: Part<Visit, number, never, unknown> = {
  name: 'HEADS',
  on: ['settlement'],
  space: 'person',
  root: ({ psn_no }) => psn_no,
  key: (visit) => `${visit.fixmedins_code}|${monthIn(visit)}`,
  concerns: isCounted,
  memoryless: false,
  initial: () => 0,
  onEvent(times, visit, context) {
    const step = remembered(times + 1, visit)
    return times === 0 ? { ...step, tells: [told(visit, 1, context)] } : step
  },
  onVoid(times, original, context) {
    const visit = original as Visit
    if (!isCounted(visit) || times === 0) return UNCHANGED
    return times === 1 ? { state: undefined, tells: [told(visit, -1, context)] } : remembered(times - 1, visit)
  },
}
