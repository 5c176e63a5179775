import { type Day, formatDay, HOUR, MINUTE } from '../../schemas/time.ts'
import type { Told } from '../detector.ts'
import type { Chart } from './ano-13.quarter-hours.ts'
import type { DayValues } from './ano-13.weekday-baseline.ts'

export const METRICS = ['settlements', 'fund', 'persons'] as const
export type Metric = (typeof METRICS)[number]

export const QUARTERS = 'quarters'
/** How a day stood before it, and what was expected of it. */
export interface Ground {
  /** CUSUM at the end of the day before. */
  readonly before: number
  readonly since: Day
  readonly expected: number
  readonly sigma: number
  /** Median residual of the county's institutions, or of the kind's: what an epidemic brings to all. */
  readonly region: number
}
export type Grounds = Readonly<Partial<Record<Metric, Ground>>>

/** What a day that is over has come to, in which hours its settlements lay, and whether something rose within hours. */
export interface DayTold extends Pick<DayValues, 'values'> {
  readonly hours: readonly number[]
  readonly surging?: true
}

export interface Evidence {
  readonly day: string
  readonly fixmedins_code: string
  readonly metric: Metric | typeof QUARTERS
  readonly value: number
  readonly expected: number
  /** The residual in standard deviations, the region's taken off. */
  readonly z: number
  readonly region_z: number
  readonly cusum: number
  readonly threshold: number
  /** Day on which the sum began to rise. */
  readonly since: string
  /** What rose within the day; `null` where the whole day did. */
  readonly within: { readonly from: string; readonly to: string } | null
}

export interface Params {
  readonly warm_up_days: number
  readonly baseline_days: number
  readonly slack: number
  readonly threshold: number
  readonly least_factor: number
  readonly least_settlements: number
  readonly region_institutions: number
  readonly chart: Chart
  readonly surge_settlements: number
  readonly surge_factor: number
}

export const [DAY_TOPIC, RESIDUAL, REGION, ALARM, ASK, HOURS] = ['day', 'residual', 'region', 'alarm', 'ask', 'hours'].map(
  (what) => `ANO-13/${what}`,
) as [string, string, string, string, string, string]
/** A day is built when nothing of it can arrive any more, and never reopened; then institutions are compared. */
export const [CLOSES, ANSWERS] = [72 * HOUR, 72 * HOUR + 10 * MINUTE]

export const told = (topic: string, of: string, day: Day, values: unknown, { at }: { at: number }): Told => {
  return { kind: 'told', topic, of, period: formatDay(day), at, admdvs: '', values }
}

export function zOf(value: number, { expected, sigma, region }: Ground): number {
  return (value - expected) / sigma - region
}

export function sumOf(value: number, ground: Ground, { slack }: Params): number {
  return Math.max(0, ground.before + zOf(value, ground) - slack)
}

export const FEN_PER_YUAN = 100

export const two = (value: number) => Math.round(value * 100) / 100
