import { HOUR, type Instant } from '../../schemas/time.ts'
import type { Form, Operated } from '../detector.ts'
import type { Site } from '../kit/bills/finding.ts'
import { packSite, packTime, unpackSite, unpackTime } from '../kit/parts/packed.ts'
import type { Entry } from '../kit/parts/window.ts'
import type { Worked } from './ano-06.doctor-day.ts'

/** Times at the operating table, as one settlement tells them. */
export interface AtTable extends Entry, Site {
  /** When the stay was settled; `at` is when the operation began. */
  readonly settled: Instant
  readonly times: readonly (readonly [from: Instant, to: Instant])[]
}

export const AT_TABLE_FORM: Form<AtTable> = {
  pack: (told) => [
    told.id,
    packTime(told.at),
    packTime(told.settled),
    packSite(told),
    told.times.map(([from, to]) => [packTime(from), packTime(to)]),
  ],
  unpack: ([id, at, settled, site, times]: [string, number, number, Parameters<typeof unpackSite>[0], [number, number][]]) => ({
    id,
    at: unpackTime(at),
    settled: unpackTime(settled),
    times: times.map(([from, to]) => [unpackTime(from), unpackTime(to)] as const),
    ...unpackSite(site),
  }),
}

export function atTable({ visit, times }: Operated): AtTable {
  const { setl_id: id, setl_time: settled, fixmedins_code, admdvs } = visit
  return { id, at: times[0]![0], settled, fixmedins_code, admdvs, times }
}

/** Something was issued in the doctor's name while the doctor stood at the table. */
export interface Absence {
  readonly visit: Worked
  readonly operation: AtTable
  readonly from: Instant
  readonly to: Instant
}

/** The visits that ended and were settled during the doctor's own long operations. */
export function absencesIn(
  visits: readonly Worked[],
  operations: readonly AtTable[],
  { operation_hours }: { readonly operation_hours: number },
): readonly Absence[] {
  const long = operations.flatMap((operation) =>
    operation.times.filter(([from, to]) => to - from > operation_hours * HOUR).map(([from, to]) => ({ operation, from, to })),
  )
  return visits.flatMap((visit) => {
    const during = long.find(({ from, to }) => (visit.ended ?? visit.at) > from && visit.at < to)
    return during ? [{ visit, ...during }] : []
  })
}
