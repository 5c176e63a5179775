import { type Day, formatDay } from '../../../schemas/time.ts'

/** `yyyy-MM-dd`, both ends inclusive; an absent end is open. */
export interface Period {
  readonly from?: string | null
  readonly to?: string | null
}

export type Standing = 'active' | 'suspended' | 'terminated'

/** A period that does not say how it stands is one of an agreement in force: nothing speaks against it. */
export interface Standings extends Period {
  readonly status?: Standing | null
}

export function statusOf({ status }: Standings): Standing {
  return status ?? 'active'
}

const DATE = 'yyyy-MM-dd'.length

/** `date` as `yyyy-MM-dd`; a time of day in the period does not shorten its first day. */
export function covers({ from, to }: Period, date: string): boolean {
  return (!from || from.slice(0, DATE) <= date) && (!to || date <= to)
}

/**
 * The standing on a day; `none` where no period covers it. Of periods that overlap the one that began last has the last
 * word: a suspension inside a long agreement suspends, and the day on which an agreement resumes is active.
 */
export function standingOn(periods: readonly Standings[], day: Day): Standing | 'none' {
  const date = formatDay(day)
  let last: Standings | undefined
  for (const period of periods) {
    if (!covers(period, date)) continue
    const [began, before] = [period.from ?? '', last?.from ?? '']
    if (!last || began > before || (began === before && statusOf(period) === 'active')) last = period
  }
  return last ? statusOf(last) : 'none'
}
