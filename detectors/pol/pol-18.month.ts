import { dayOf } from '../../schemas/time.ts'
import { type Context, type Part, type Step, type Told, type Touched, UNCHANGED } from '../detector.ts'
import type { Entry } from '../kit/parts/window.ts'
import { monthOf } from '../kit/plain/calendar.ts'
import { FORM } from './pol-18.form.ts'
import { countUse, emptyGroup, isEmpty, nameSettlement } from './pol-18.group.ts'
import { type Use, unpackUse } from './pol-18.procured.ts'
import { COUNTED, type Evidence, keptUntil, type Month, type Params, type Recounted } from './pol-18.terms.ts'
import { bucketOf, findingOn, subjectOf } from './pol-18.verdict.ts'

interface Counting {
  readonly settlement: Entry
  readonly was: readonly Use[]
  readonly now: readonly Use[]
  readonly admdvs: string
}

function recount(state: Month, { settlement, was, now, admdvs }: Counting, context: Context<Params>): Step<Month, Evidence> {
  const month = monthOf(dayOf(settlement.at))
  const touched: Touched<Evidence>[] = []
  const isOver = context.watermark >= keptUntil(month)
  // Of a month long over only what holds is kept.
  const isKnown = (group: string) => (isOver ? state.groups[group]?.held : state.groups[group] !== undefined)
  const isNews = (name: string) => !isOver && now.some(({ group }) => group === name)
  const named = new Set([...was, ...now].map(({ group }) => group))
  const names = [...named].filter((group) => isKnown(group) || isNews(group))
  if (names.length === 0) return UNCHANGED
  if (admdvs && (!state.admdvs || admdvs < state.admdvs)) state.admdvs = admdvs
  for (const group of names) {
    const known = state.groups[group] ?? emptyGroup()
    state.groups[group] = known
    for (const [uses, times] of [
      [was, -1],
      [now, 1],
    ] as const) {
      const own = uses.filter((use) => use.group === group)
      for (const use of own) countUse(known, use, times)
      nameSettlement(known, own, settlement, times)
    }
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
export const monthPart: Part<Told<Recounted>, Month, Evidence, Params> = {
  name: '',
  on: ['told'],
  hears: [COUNTED],
  space: 'institution',
  root: ({ topic, of }) => (topic === COUNTED ? of : ''),
  key: ({ period }) => period,
  memoryless: false,
  owned: true,
  form: FORM,
  initial: () => ({ admdvs: '', groups: {} }),
  onEvent(state, { values: { settlement, was, now }, admdvs }, context) {
    return recount(state, { settlement, was: was.map(unpackUse), now: now.map(unpackUse), admdvs }, context)
  },
}
