import { dayOf, formatDay } from '../../schemas/time.ts'
import { inTime } from '../kit/parts/remembered.ts'
import { countyOf } from '../kit/plain/county.ts'
import { type Crowd, shareOfMain } from './ano-07.admission-crowds.ts'
import type { Stay } from './ano-07.beds.ts'
import { type Group, MOST_SETTLEMENTS } from './ano-07.terms.ts'

/** Injuries and poisonings, and what caused them from outside: an accident brings many at once. */
const ACCIDENT = /^[STV-Y]/

function sameStay(members: readonly Stay[]): Group['same_stay'] {
  const days = members.flatMap(({ at, ended }) => (ended > 0 ? [dayOf(ended) - dayOf(at)] : []))
  let best: Group['same_stay'] = null
  for (const middle of [...new Set(days)].sort((a, b) => a - b)) {
    const count = days.filter((other) => Math.abs(other - middle) <= 1).length
    if (count > (best?.count ?? 0)) best = { days: middle, count }
  }
  return best
}

export function groupOf({ day, origin, members, usual }: Crowd, fixmedins_code: string): Group {
  const { icd, share } = shareOfMain(members)
  const ages = members.flatMap(({ age }) => (age >= 0 ? [age] : []))
  const times = members.map(({ at }) => at)
  const settled = members.flatMap((member) => member.settled).sort(inTime)
  return {
    ...{ county: countyOf(fixmedins_code), fixmedins_code, day: formatDay(day), origin },
    ages: origin === '' || ages.length === 0 ? null : [Math.min(...ages), Math.max(...ages)],
    icd,
    icd_share: Math.round(share * 100) / 100,
    injured: members.filter((member) => ACCIDENT.test(member.icd)).length / members.length,
    admissions: members.length,
    usual: Math.round(usual * 100) / 100,
    ...{ from: Math.min(...times), to: Math.max(...times), same_stay: sameStay(members) },
    settled: settled.slice(0, MOST_SETTLEMENTS),
  }
}
