import { type Day, dayOf } from '../../schemas/time.ts'
import { type Context, type Part, type Step, UNCHANGED, type Visit } from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { addHit, removeHit } from '../kit/parts/first-hits.ts'
import { look, mayCarryCodes } from './pol-19.codes.ts'
import { FORM } from './pol-19.form.ts'
import type { Evidence, InstitutionDay, Missing, Params } from './pol-19.terms.ts'
import { closingOf, findingOn } from './pol-19.verdict.ts'

function emptyDay(day: Day = 0): InstitutionDay {
  return { day, drugs: 0, settlements: 0, lines: 0, amount: 0, hits: [] }
}

/** `held`: whether something may have held before this step; what never held need not be said to hold no longer. */
function judged(state: InstitutionDay, context: Context<Params>, held: boolean): Step<InstitutionDay, Evidence> {
  const closing = closingOf(state.day)
  const isHit = state.hits.length > 0
  if (!isHit) return { state, forgetAt: closing, ...(held && { holds: [] }) }
  const wakeAt = context.watermark < closing ? closing : undefined
  return { state, holds: [findingOn(state, context)], wakeAt, forgetAt: closing }
}

/** A day of an institution: which of its settlements lack codes, and how many lines in all. */
export const dayPart: Part<Visit, InstitutionDay, Evidence, Params> = {
  name: '',
  on: ['settlement'],
  space: 'institution',
  root: ({ fixmedins_code }) => fixmedins_code,
  key: ({ setl_time }) => String(dayOf(setl_time)),
  memoryless: false,
  owned: true,
  // What the agency itself reimburses was scanned by nobody at the institution.
  concerns: (visit, { params }) => params.required && !isAtAgency(visit) && mayCarryCodes(visit),
  form: FORM,
  initial: () => emptyDay(),
  onEvent(known, visit, context) {
    const { drugs, missing } = look(visit, context.reference)
    if (drugs === 0) return UNCHANGED
    const state = known.drugs > 0 ? known : emptyDay(dayOf(visit.setl_time))
    state.drugs += drugs
    if (missing.length === 0) return quiet(state, context)
    addHit(state.hits, { id: visit.setl_id, at: visit.setl_time, admdvs: visit.admdvs, lines: missing })
    count(state, missing, 1)
    return judged(state, context, false)
  },
  onVoid(state, visit, context) {
    if (state.drugs === 0 || isAtAgency(visit)) return UNCHANGED
    const { drugs, missing } = look(visit, context.reference)
    state.drugs = Math.max(0, state.drugs - drugs)
    const held = state.hits.length > 0
    const named = removeHit(state.hits, visit.setl_id)
    if (named) count(state, named.lines, -1)
    else if (missing.length > 0 && state.settlements > state.hits.length) count(state, missing, -1)
    return judged(state, context, held)
  },
  onTime: (state, context) => judged(state, context, false),
}

/** What follows from a settlement that lacks nothing: the day's share changes only what is judged when the day is over. */
function quiet(state: InstitutionDay, { watermark }: Context<Params>): Step<InstitutionDay, never> {
  const forgetAt = closingOf(state.day)
  const wakeAt = state.hits.length > 0 && watermark < forgetAt ? forgetAt : undefined
  return { state, wakeAt, forgetAt }
}

function count(state: InstitutionDay, lines: readonly Missing[], times: 1 | -1): void {
  state.settlements += times
  state.lines += times * lines.length
  state.amount += times * lines.reduce((sum, { amount }) => sum + amount, 0)
}
