import { dayOf } from '../../schemas/time.ts'
import { type Context, type Part, type Step, type Told, type Touched, UNCHANGED, type Visit } from '../detector.ts'
import { monthOf } from '../kit/calendar.ts'
import { concernsProcurement, type Use, unpackUse, usesIn } from '../kit/procured.ts'
import type { Entry } from '../kit/window.ts'
import { FORM } from './pol-18.form.ts'
import { countUse, emptyGroup, isEmpty, nameSettlement } from './pol-18.group.ts'
import { BACK, type Evidence, keptUntil, type Month, type Params, type TakenBack } from './pol-18.terms.ts'
import { bucketOf, findingOn, subjectOf } from './pol-18.verdict.ts'

interface Counting {
  readonly settlement: Entry
  readonly uses: readonly Use[]
  readonly times: 1 | -1
  readonly admdvs: string
}

function counted(visit: Visit, { params, reference }: Context<Params>, times: 1 | -1): Counting {
  const settlement = { id: visit.setl_id, at: visit.setl_time }
  return { settlement, uses: usesIn(visit, params.price_tolerance, reference), times, admdvs: visit.admdvs }
}

function recount(state: Month, { settlement, uses, times, admdvs }: Counting, context: Context<Params>): Step<Month, Evidence> {
  const month = monthOf(dayOf(settlement.at))
  const touched: Touched<Evidence>[] = []
  const isOver = context.watermark >= keptUntil(month)
  // Of a month long over only what holds is kept.
  const isKnown = (group: string) => (isOver ? state.groups[group]?.held : state.groups[group] !== undefined)
  const names = [...new Set(uses.map(({ group }) => group))].filter((group) => times > 0 || isKnown(group))
  if (names.length === 0) return UNCHANGED
  if (admdvs && (!state.admdvs || admdvs < state.admdvs)) state.admdvs = admdvs
  for (const group of names) {
    const own = uses.filter((use) => use.group === group)
    const known = state.groups[group] ?? emptyGroup()
    state.groups[group] = known
    for (const use of own) countUse(known, use, times)
    nameSettlement(known, own, settlement, times)
    const holds = findingOn({ month, group, admdvs: state.admdvs }, known, context, settlement.at)
    if (holds || known.held) touched.push({ subject: subjectOf(context.root), bucket: bucketOf(month, group), holds })
    known.held = holds !== undefined
    if (isEmpty(known)) delete state.groups[group]
  }
  const groups = Object.values(state.groups)
  return {
    state: groups.length > 0 ? state : undefined,
    ...(touched.length > 0 && { touched }),
    // What holds is kept beyond: `touched` does not keep memory by itself.
    forgetAt: groups.some(({ held }) => held) ? undefined : keptUntil(month),
  }
}

/** The month of an institution, by groups. */
export const monthPart: Part<Visit | Told<TakenBack>, Month, Evidence, Params> = {
  name: '',
  on: ['settlement', 'told'],
  hears: [BACK],
  space: 'institution',
  root: (event) => (event.kind === 'settlement' ? event.fixmedins_code : event.topic === BACK ? event.of : ''),
  key: (event) => (event.kind === 'settlement' ? monthOf(dayOf(event.setl_time)) : event.period),
  memoryless: false,
  owned: true,
  concerns: (event) => event.kind === 'told' || concernsProcurement(event),
  form: FORM,
  initial: () => ({ admdvs: '', groups: {} }),
  onEvent(state, event, context) {
    if (event.kind === 'settlement') return recount(state, counted(event, context, 1), context)
    const { settlement, uses } = event.values
    return recount(state, { settlement, uses: uses.map(unpackUse), times: -1, admdvs: event.admdvs }, context)
  },
  // What holds longer than settlements are remembered one by one is judged by what rows say now.
  onVoid(state, original, context) {
    const visit = original as Visit
    const isOver = context.watermark >= keptUntil(monthOf(dayOf(visit.setl_time)))
    return isOver ? recount(state, counted(visit, context, -1), context) : UNCHANGED
  },
}
