import { type Instant, parseDay, startOfDay } from '../schemas/time.ts'

/**
 * Where a parameter's value comes from. Nearly all thresholds are left to each level by the National Administration:
 * `default` is ours and is shown as "default parameter".
 */
export type ParamSource = 'law' | 'local' | 'default'

export interface ParamValue<T> {
  readonly value: T
  readonly source: ParamSource
  /** First day (`yyyy-MM-dd`) on which the value holds; absent: always. */
  readonly since?: string
  /** Region prefix in which it holds; absent: everywhere. */
  readonly admdvs?: string
  readonly note?: string
}

/** Every parameter with all its values over time and region. */
export type DatedParams<P> = { readonly [K in keyof P]: readonly ParamValue<P[K]>[] }

export function byDefault<T>(value: T, note?: string): readonly ParamValue<T>[] {
  return [{ value, source: 'default', ...(note && { note }) }]
}

/** The values that hold at an instant in a place: the longest region prefix wins, then the latest `since`. */
export function paramsAt<P>(dated: DatedParams<P>, at: Instant, admdvs: string): P {
  const resolved: Partial<P> = {}
  for (const name of Object.keys(dated) as (keyof P)[]) {
    resolved[name] = pick(dated[name], at, admdvs)
  }
  return resolved as P
}

function pick<T>(values: readonly ParamValue<T>[], at: Instant, admdvs: string): T {
  let best: ParamValue<T> | undefined
  for (const candidate of values) {
    if (candidate.since && startOfDay(parseDay(candidate.since)) > at) continue
    if (candidate.admdvs && !admdvs.startsWith(candidate.admdvs)) continue
    if (!best || isCloser(candidate, best)) best = candidate
  }
  if (!best) throw new Error('A parameter needs one value without date and region.')
  return best.value
}

function isCloser(a: ParamValue<unknown>, b: ParamValue<unknown>): boolean {
  const regions = (a.admdvs ?? '').length - (b.admdvs ?? '').length
  return regions !== 0 ? regions > 0 : (a.since ?? '') >= (b.since ?? '')
}
