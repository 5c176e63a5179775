import { dayOf } from '../../schemas/time.ts'
import { type Context, type DoctorVisit, type Finding, type Part, type Step, UNCHANGED } from '../detector.ts'
import { packSite, packTime, unpackSite, unpackTime } from '../kit/parts/packed.ts'
import { isConsultation, isVaccination } from './ano-06.doctor-day.ts'
import { formOfDays, judgeDays, NO_DAYS, type OwnDay, type OwnDays, withEvent, withoutEvent } from './ano-06.own-days.ts'
import type { Evidence, Params } from './ano-06.terms.ts'
import { beyond, findingOn, type Visited } from './ano-06.verdict.ts'

const OWN_FORM = formOfDays<Visited>({
  pack: (visit) => [visit.id, packTime(visit.at), packSite(visit), visit.fund],
  unpack: ([id, at, site, fund]) => ({ id, at: unpackTime(at), fund, ...unpackSite(site) }),
})

function visited({ visit }: DoctorVisit): Visited {
  const { setl_id: id, setl_time: at, fixmedins_code, admdvs, fund_pay_sumamt: fund } = visit
  return { id, at, fixmedins_code, admdvs, fund }
}

function counts(event: DoctorVisit): boolean {
  return isConsultation(event) && !isVaccination(event)
}

function ownFinding(doctor: string, { own, events }: OwnDay<Visited>, params: Params): Finding<Evidence> | undefined {
  if (own.days < params.own_known_days) return undefined
  const limit = Math.max(params.own_visits, own.mean + params.sigmas * own.sigma)
  if (events.length <= limit) return undefined
  const round = (value: number) => Math.round(value * 10) / 10
  const said = { days: own.days, mean: round(own.mean), sigma: round(own.sigma) }
  const own_visits = { visits: events.length, limit: null, span_hours: null, journeys: [], operating: [], own: said }
  return findingOn(doctor, { visits: events, clauses: [beyond(events, limit)] }, own_visits)
}

function ownStep(memory: OwnDays<Visited>, { at }: Visited, { root, params }: Context<Params>): Step<OwnDays<Visited>, Evidence> {
  return judgeDays(memory, dayOf(at), params.own_days, (day) => ownFinding(root, day, params))
}

/** Whether a day stands far above the doctor's own days: judged over two months of counts. */
export const ownPart: Part<DoctorVisit, OwnDays<Visited>, Evidence, Params> = {
  name: 'OWN',
  on: ['doctorVisit'],
  space: 'doctor',
  root: ({ doctor }) => doctor,
  key: () => '',
  concerns: counts,
  memoryless: false,
  form: OWN_FORM,
  initial: () => NO_DAYS,
  onEvent(memory, event, context) {
    const visit = visited(event)
    return ownStep(withEvent(memory, visit), visit, context)
  },
  onVoid(memory, original, context) {
    if (!counts(original)) return UNCHANGED
    const visit = visited(original)
    return ownStep(withoutEvent(memory, visit, context.at), visit, context)
  },
}
