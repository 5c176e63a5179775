import type { Part, Reversal, Told, Visit } from '../detector.ts'
import { visitIn } from '../kit/bills/visit-in.ts'
import { type DaySwipe, isPurchase, swipe } from './ano-03.swipe.ts'
import { dayBeside } from './ano-03.swipes.ts'
import type { Evidence, Params } from './ano-03.terms.ts'

export const TOPIC = 'ANO-03/beside'

/** Tells the day beside its own of what was settled near midnight. */
export const relay: Part<Visit | Reversal, undefined, Evidence, Params> = {
  name: 'BESIDE',
  on: ['settlement', 'reversal'],
  space: 'institution',
  root: (event) => visitIn(event).fixmedins_code,
  key: () => '',
  concerns: (event) => isPurchase(visitIn(event)) && dayBeside(visitIn(event).setl_time) !== undefined,
  memoryless: false,
  initial: () => undefined,
  onEvent(_, event, context) {
    const visit = visitIn(event)
    const { setl_time: at, fixmedins_code: of, admdvs } = visit
    const values: DaySwipe = { ...swipe(visit, context), beside: true, ...(event.kind === 'reversal' && { gone: true }) }
    const told: Told<DaySwipe> = { kind: 'told', topic: TOPIC, of, period: String(dayBeside(at)!), at, admdvs, values }
    return { state: undefined, tells: [told] }
  },
}
