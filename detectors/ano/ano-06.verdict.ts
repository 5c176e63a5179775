import { type Fen, yuan } from '../../schemas/money.ts'
import { dayOf, formatDay, formatInstant, hourOf } from '../../schemas/time.ts'
import type { Finding } from '../detector.ts'
import type { Site } from '../kit/bills/finding.ts'
import { inTime } from '../kit/parts/remembered.ts'
import type { Entry } from '../kit/parts/window.ts'
import type { Evidence } from './ano-06.terms.ts'

export interface Visited extends Entry, Site {
  readonly fund: Fen
}

/** What one clause says: the visits that one doctor cannot have made, and all that it rests on. */
export interface Clause {
  readonly excess: readonly Visited[]
  readonly rests: readonly Visited[]
}

export const NOTHING: Clause = { excess: [], rests: [] }

export function beyond(visits: readonly Visited[], limit: number): Clause {
  return visits.length > limit ? { excess: visits.slice(Math.floor(limit)), rests: visits } : NOTHING
}

type Said = Pick<Evidence, 'visits' | 'limit' | 'span_hours' | 'journeys' | 'operating' | 'own'>

interface Ground {
  readonly visits: readonly Visited[]
  readonly clauses: readonly Clause[]
  /** Settlements of operations in which something was issued. */
  readonly operations?: readonly Entry[]
}

export function findingOn(doctor: string, { visits, clauses, operations = [] }: Ground, said: Said): Finding<Evidence> {
  const excess = new Set(clauses.flatMap((clause) => clause.excess))
  const rests = new Set(clauses.flatMap((clause) => clause.rests))
  const [first, last] = [visits[0]!, visits.at(-1)!]
  const [began, ended] = [visits.find((visit) => excess.has(visit))!, visits.findLast((visit) => excess.has(visit))!]
  const vola_amt = [...excess].reduce((sum, { fund }) => sum + fund, 0)
  const day = formatDay(dayOf(first.at))
  const hours = Array.from({ length: 24 }, () => 0)
  for (const { at } of visits) hours[hourOf(at)]!++
  const { fixmedins_code, admdvs } = ended
  return {
    subject: { type: 'doctor', id: doctor },
    bucket: day,
    result: 'suspicion',
    severity: 2,
    vola_amt,
    setl_ids: [...visits.filter((visit) => rests.has(visit)), ...operations].sort(inTime).map(({ id }) => id),
    lines: [],
    at: ended.at,
    first_seen: began.at,
    count: excess.size,
    // The alert speaks of the doctor and of none of the many patients.
    ...{ psn_no: '', fixmedins_code, admdvs, insu_admdvs: '' },
    evidence: {
      dr_code: doctor,
      day,
      institutions: [...new Set(visits.map((visit) => visit.fixmedins_code))],
      first: formatInstant(first.at),
      last: formatInstant(last.at),
      hours,
      ...said,
      vola_amt: yuan(vola_amt),
    },
  }
}
