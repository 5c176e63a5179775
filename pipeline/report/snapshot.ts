import type { Detector } from '../../detectors/detector.ts'
import { TABLES_VERSION } from '../../schemas/tables.ts'
import { formatInstant, type Instant, parseDay } from '../../schemas/time.ts'
import type { Store } from '../store/store.ts'
import { FUND_SPLIT, figuresOf } from './figures.ts'
import { type IndicatorRow, indicatorsOf, type Pair } from './indicators.ts'
import { datesOf, PERIODS, type PeriodName, periodsOf, yearBefore } from './periods.ts'

/** The numbers of a day and everything that made them. */
export interface Snapshot {
  readonly day: string
  /** A region's code; `''` is everywhere. */
  readonly scope: string
  /** Rises when a void or a late event corrects the day. */
  readonly edition: number
  readonly created_at: string
  readonly versions: {
    readonly schema: number
    /** Versions of the rules that were in force. */
    readonly detectors: Readonly<Record<string, number>>
    /** Reference rows that were known. */
    readonly reference_rows: number
  }
  readonly periods: Readonly<Record<PeriodName, { readonly from: string; readonly to: string }>>
  readonly indicators: readonly IndicatorRow[]
  /** The fund's payment of the day by fund, fen. */
  readonly fund_split: Readonly<Record<string, number>>
}

export interface Asked {
  readonly day: string
  readonly scope: string
  readonly now: Instant
}

/**
 * The summary of a day. What was told stays told: the same numbers are the same edition, other numbers a new one, and every
 * edition is kept.
 */
export async function snapshotOf(store: Store, detectors: readonly Detector[], { day, scope, now }: Asked): Promise<Snapshot> {
  const periods = periodsOf(parseDay(day))
  const figures: Partial<Record<PeriodName, Pair>> = {}
  for (const name of PERIODS) {
    const [period, before] = [periods[name], yearBefore(periods[name])]
    figures[name] = { now: await figuresOf(store, period, scope), before: await figuresOf(store, before, scope) }
  }
  const known = figures as Record<PeriodName, Pair>
  const numbers = {
    indicators: indicatorsOf(known),
    fund_split: Object.fromEntries(FUND_SPLIT.map((name) => [name, known.day.now.split[name]])),
  }
  const last = await lastEdition(store, day, scope)
  if (last && JSON.stringify({ indicators: last.indicators, fund_split: last.fund_split }) === JSON.stringify(numbers))
    return last
  const [{ rows } = { rows: 0 }] = await store.query<{ rows: number }>('SELECT count() AS rows FROM reference_row')
  const snapshot: Snapshot = {
    day,
    scope,
    edition: (last?.edition ?? 0) + 1,
    created_at: formatInstant(now),
    versions: {
      schema: TABLES_VERSION,
      detectors: Object.fromEntries(detectors.map(({ id, version }) => [id, version])),
      reference_rows: rows,
    },
    periods: Object.fromEntries(PERIODS.map((name) => [name, datesOf(periods[name])])) as Snapshot['periods'],
    ...numbers,
  }
  const { edition, created_at } = snapshot
  const token = `report|${day}|${scope}|${edition}`
  await store.insertRows('report', [{ day, scope, edition, created_at, body: JSON.stringify(snapshot) }], { token })
  return snapshot
}

async function lastEdition(store: Store, day: string, scope: string): Promise<Snapshot | undefined> {
  const [row] = await store.query<{ body: string }>(
    'SELECT body FROM report WHERE day = {day:String} AND scope = {scope:String} ORDER BY edition DESC LIMIT 1',
    { day, scope },
  )
  return row && (JSON.parse(row.body) as Snapshot)
}
