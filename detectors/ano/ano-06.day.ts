import { formatInstant, HOUR } from '../../schemas/time.ts'
import type { Context, Finding, Form } from '../detector.ts'
import { WORKED_FORM, type Worked } from './ano-06.doctor-day.ts'
import { journey, jumpsIn } from './ano-06.journeys.ts'
import { AT_TABLE_FORM, type AtTable, absencesIn } from './ano-06.operating.ts'
import type { Evidence, Params } from './ano-06.terms.ts'
import { beyond, type Clause, findingOn, NOTHING } from './ano-06.verdict.ts'

const SHOWN_JOURNEYS = 20

/** A day of one doctor: what was issued, and what the stays that were settled later tell of the operating table. */
export type OfDay = Worked | AtTable

const isAtTable = (entry: OfDay): entry is AtTable => 'times' in entry

export const DAY_FORM: Form<OfDay> = {
  pack: (entry) => (isAtTable(entry) ? [0, ...(AT_TABLE_FORM.pack(entry) as unknown[])] : WORKED_FORM.pack(entry)),
  unpack: (packed) => (packed[0] === 0 ? AT_TABLE_FORM.unpack(packed.slice(1)) : WORKED_FORM.unpack(packed)),
}

function counted(visits: readonly Worked[]): readonly Worked[] {
  return visits.filter(({ vaccination }) => !vaccination)
}

function limitOf(visits: readonly Worked[], params: Params): number {
  return visits.filter(({ tcm }) => tcm).length * 2 > visits.length ? params.tcm_visits : params.visits
}

function tooLong(visits: readonly Worked[], { span_hours, span_visits }: Params): Clause {
  if (visits.length < span_visits) return NOTHING
  const end = visits[0]!.at + span_hours * HOUR
  const excess = visits.filter(({ at }) => at > end)
  return excess.length > 0 ? { excess, rests: visits } : NOTHING
}

/** Nearly every day: few visits within few hours, all at one institution, of a doctor who did not operate. */
function isOrdinary(told: readonly OfDay[], params: Params): boolean {
  const { visits, tcm_visits, span_visits, span_hours } = params
  const [first, last] = [told[0]!, told.at(-1)!]
  if (told.length > Math.min(visits, tcm_visits)) return false
  if (told.length >= span_visits && last.at - first.at > span_hours * HOUR) return false
  return told.every((entry) => !isAtTable(entry) && entry.fixmedins_code === first.fixmedins_code)
}

export function dayFinding(told: readonly OfDay[], { root, params, reference }: Context<Params>): Finding<Evidence> | undefined {
  if (isOrdinary(told, params)) return undefined
  const visits = told.filter((entry): entry is Worked => !isAtTable(entry))
  if (visits.length === 0) return undefined
  const consulted = counted(visits)
  const limit = limitOf(consulted, params)
  const tooMany = beyond(consulted, limit)
  const span = tooLong(visits, params)
  const jumps = jumpsIn(visits, params, reference)
  const absences = absencesIn(visits, told.filter(isAtTable), params)
  if (tooMany === NOTHING && span === NOTHING && jumps.length === 0 && absences.length === 0) return undefined
  const absent = { excess: absences.map(({ visit }) => visit), rests: absences.map(({ visit }) => visit) }
  const operations = [...new Set(absences.map(({ operation }) => operation))].map(({ id, settled }) => ({ id, at: settled }))
  const apart = { excess: jumps.map(({ to }) => to), rests: jumps.flatMap(({ from, to }) => [from, to]) }
  return findingOn(
    root,
    { visits, clauses: [tooMany, span, apart, absent], operations },
    {
      visits: consulted.length,
      limit: tooMany === NOTHING ? null : limit,
      span_hours: span === NOTHING ? null : Math.round((visits.at(-1)!.at - visits[0]!.at) / (HOUR / 10)) / 10,
      journeys: jumps.slice(0, SHOWN_JOURNEYS).map(journey),
      operating: absences.slice(0, SHOWN_JOURNEYS).map(({ visit, operation, from, to }) => ({
        operation_setl_id: operation.id,
        oprn_begntime: formatInstant(from),
        oprn_endtime: formatInstant(to),
        setl_id: visit.id,
        setl_time: formatInstant(visit.at),
      })),
      own: null,
    },
  )
}
