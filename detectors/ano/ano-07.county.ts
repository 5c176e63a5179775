import { yuan } from '../../schemas/money.ts'
import { type Day, formatInstant, HOUR, parseDay, startOfDay } from '../../schemas/time.ts'
import type { Finding, Part, Told } from '../detector.ts'
import { inTime } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS } from '../kit/parts/window.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import { isEpidemic, type Surge } from './ano-07.surges.ts'
import { type Evidence, GROUP_TOPIC, type Group, MOST_SETTLEMENTS, type Params, SURGE_TOPIC } from './ano-07.terms.ts'

const REMEMBERED_DAYS = 60
const SHOWN = 20

interface County {
  readonly groups: Record<string, Group>
  readonly surges: Record<string, Surge>
}

/** The same disease in several institutions within a week is an epidemic and no scheme: a crowd of it is a surge as well. */
function isOutbreak(group: Group, { groups, surges }: County, params: Params): boolean {
  if (group.icd_share < params.disease_share) return false
  const crowds = Object.values(groups).filter(({ icd, icd_share }) => icd === group.icd && icd_share >= params.disease_share)
  const weeks = Array.from({ length: params.outbreak_days }, (_, i) => i)
  const ofCrowds = crowds.flatMap(({ fixmedins_code, icd, day }) =>
    weeks.map((before): Surge => ({ fixmedins_code, icd, from: parseDay(day) - before })),
  )
  return isEpidemic(parseDay(group.day), group.icd, [...ofCrowds, ...Object.values(surges)], params)
}

/** Surges of long ago matter only to the crowds of their week. */
function forgetSurges({ groups, surges }: County, newest: Day, { outbreak_days }: Params): void {
  const days = Object.values(groups).map(({ day }) => parseDay(day))
  for (const [key, { from }] of Object.entries(surges)) {
    const isOfCrowd = days.some((day) => from <= day && day < from + outbreak_days)
    if (from < newest - REMEMBERED_DAYS && !isOfCrowd) delete surges[key]
  }
}

/** One accident breaks many different bones. */
function isAccident({ injured }: Group, { disease_share }: Params): boolean {
  return injured >= disease_share
}

function hoursOf({ from, to }: Group): number {
  return Math.max(24, Math.ceil((to - from) / HOUR))
}

function findingOn(groups: readonly Group[], params: Params): Finding<Evidence> {
  const { fixmedins_code, day, county } = groups[0]!
  const settled = [...new Map(groups.flatMap((group) => group.settled).map((entry) => [entry.id, entry])).values()].sort(inTime)
  const vola_amt = settled.reduce((sum, { fund }) => sum + fund, 0)
  const admissions = Math.max(...groups.map((group) => group.admissions))
  const isOrganised = groups.some(({ same_stay, admissions: of }) => (same_stay?.count ?? 0) >= params.same_stay_share * of)
  return {
    subject: { type: 'institution', id: fixmedins_code },
    bucket: day,
    result: 'suspicion',
    severity: isOrganised ? 1 : 2,
    vola_amt,
    setl_ids: settled.map(({ id }) => id).slice(0, MOST_SETTLEMENTS),
    setl_count: settled.length,
    lines: [],
    at: Math.max(...groups.map(({ to }) => to)),
    first_seen: Math.min(...groups.map(({ from }) => from)),
    count: admissions,
    ...{ psn_no: '', fixmedins_code, admdvs: /^\d{6}$/.test(county) ? county : '', insu_admdvs: '' },
    evidence: {
      day,
      fixmedins_code,
      groups: groups.slice(0, SHOWN).map((group) => ({
        ...{ from: formatInstant(group.from), to: formatInstant(group.to), hours: hoursOf(group) },
        ...{ origin: group.origin, ages: group.ages ?? [] },
        ...{ diagnosis: group.icd, diagnosis_share: group.icd_share, admissions: group.admissions, usual_per_day: group.usual },
        same_stay_days: group.same_stay?.days ?? null,
        same_stay_share: Math.round(((group.same_stay?.count ?? 0) / group.admissions) * 100) / 100,
      })),
      admissions,
      vola_amt: yuan(vola_amt),
    },
  }
}

export const countyPart: Part<Told, County, Evidence, Params> = {
  name: '',
  on: ['told'],
  hears: [GROUP_TOPIC, SURGE_TOPIC],
  space: 'county',
  root: ({ topic, values }) => (topic === GROUP_TOPIC || topic === SURGE_TOPIC ? (values as { county: string }).county : ''),
  key: () => '',
  memoryless: false,
  owned: true,
  initial: () => ({ groups: {}, surges: {} }),
  onEvent(county, { topic, of, period, values }, { params }) {
    const { groups, surges } = county
    if (topic === SURGE_TOPIC) surges[`${of}|${period}`] = (values as { surge: Surge }).surge
    else {
      const { key, group } = values as { key: string; group: Group | null }
      if (group) groups[key] = group
      else delete groups[key]
    }
    const all = Object.values(groups)
    const newest = Math.max(...all.map(({ day }) => parseDay(day)), ...Object.values(surges).map(({ from }) => from))
    if (!Number.isFinite(newest)) return { state: undefined, holds: NOTHING_HOLDS }
    forgetSurges(county, newest, params)
    const suspect = all.filter((one) => !isAccident(one, params) && !isOutbreak(one, county, params))
    const byDay = groupBy(suspect, ({ fixmedins_code, day }) => `${fixmedins_code}|${day}`)
    const holds = [...byDay.values()].map((of) => {
      return findingOn(
        of.toSorted((a, b) => (a.origin < b.origin ? -1 : 1)),
        params,
      )
    })
    return { state: county, holds, forgetAt: startOfDay(newest + REMEMBERED_DAYS) }
  },
}
