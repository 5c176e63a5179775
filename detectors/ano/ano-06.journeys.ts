import { formatInstant, HOUR, MINUTE } from '../../schemas/time.ts'
import { distanceKm, pointOf } from '../kit/plain/distance.ts'
import type { ReferenceView } from '../reference.ts'
import type { Worked } from './ano-06.doctor-day.ts'
import type { Journey, Params } from './ano-06.terms.ts'

interface Jump {
  readonly from: Worked
  readonly to: Worked
  readonly km: number
}

/** Visits within the hour after one at an institution that is far away; those settled hours later tell no place. */
export function jumpsIn(
  visits: readonly Worked[],
  { places_km, places_minutes, posting_hours }: Params,
  reference: ReferenceView,
): readonly Jump[] {
  if (visits.every(({ fixmedins_code }) => fixmedins_code === visits[0]!.fixmedins_code)) return []
  const lastAt = new Map<string, Worked>()
  return visits
    .filter((visit) => !isInternet(visit, reference) && visit.at - (visit.ended ?? visit.at) <= posting_hours * HOUR)
    .flatMap((to) => {
      const jumps: Jump[] = []
      for (const [code, from] of lastAt) {
        if (code === to.fixmedins_code || to.at - from.at > places_minutes * MINUTE) continue
        const [here, there] = [pointOf(code, from.at, reference), pointOf(to.fixmedins_code, to.at, reference)]
        const km = here && there ? distanceKm(here, there) : 0
        if (km >= places_km) jumps.push({ from, to, km })
      }
      lastAt.set(to.fixmedins_code, to)
      return jumps.slice(0, 1)
    })
}

/** An internet hospital is no place: its doctors sit wherever they are. */
function isInternet({ fixmedins_code, at }: Worked, reference: ReferenceView): boolean {
  return reference.find('institution', fixmedins_code, at)?.row.is_internet === true
}

export function journey({ from, to, km }: Jump): Journey {
  return {
    from: from.fixmedins_code,
    to: to.fixmedins_code,
    setl_id: to.id,
    setl_time: formatInstant(to.at),
    minutes: Math.round((to.at - from.at) / MINUTE),
    distance_km: Math.round(km * 10) / 10,
  }
}
