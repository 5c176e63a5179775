import { countyOf } from '../kit/plain/county.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import { median } from '../kit/plain/robust.ts'

/** How far a day of an institution lay from what was expected of it, in standard deviations, by metric. */
export interface Residual<M extends string> {
  /** Hospital, pharmacy ...; empty where no row tells it. */
  readonly kind: string
  readonly z: Readonly<Record<M, number>>
}

type Residuals<M extends string> = Readonly<Record<string, Residual<M>>>

/**
 * What each institution of a pooling area has seen in common with others: the middle of its county, or of all of its kind in
 * the area, whichever is more (wards fill when shops do not). Groups of few tell nothing.
 */
export function commonRises<M extends string>(
  residuals: Residuals<M>,
  metrics: readonly M[],
  least: number,
): Map<string, Record<M, number>> {
  const codes = Object.keys(residuals).sort()
  const kindOf = (code: string) => residuals[code]!.kind
  const [counties, kinds] = [middlesOf(residuals, metrics, countyOf, least), middlesOf(residuals, metrics, kindOf, least)]
  return new Map(
    codes.map((code) => {
      const rises = [counties.get(countyOf(code)), kinds.get(kindOf(code))]
      return [code, byMetric(metrics, (metric) => Math.max(0, ...rises.map((of) => of?.[metric] ?? 0)))]
    }),
  )
}

function middlesOf<M extends string>(
  residuals: Residuals<M>,
  metrics: readonly M[],
  groupOf: (code: string) => string,
  least: number,
): Map<string, Record<M, number>> {
  const groups = [...groupBy(Object.keys(residuals), groupOf)].filter(([group, codes]) => group !== '' && codes.length >= least)
  return new Map(
    groups.map(([group, codes]) => {
      return [group, byMetric(metrics, (metric) => median(codes.map((code) => residuals[code]!.z[metric])))]
    }),
  )
}

function byMetric<M extends string>(metrics: readonly M[], of: (metric: M) => number): Record<M, number> {
  return Object.fromEntries(metrics.map((metric) => [metric, of(metric)])) as Record<M, number>
}
