import { yuan } from '../../schemas/money.ts'
import type { Cell, IndicatorRow } from './indicators.ts'
import { PERIODS, type PeriodName } from './periods.ts'
import type { Snapshot } from './snapshot.ts'

/** Fewer persons might be recognised (domain: daily-summary 4.1). */
const SMALLEST_CELL = 5

/** A value as it may leave the house; `null` with `suppressed` where it tells of too few persons. */
export interface ExportedValue {
  readonly value: number | null
  readonly suppressed: boolean
}

export interface ExportedRow extends Pick<IndicatorRow, 'id' | 'zh' | 'en' | 'unit'> {
  readonly values: Readonly<Record<PeriodName, ExportedValue>>
  /** Relative change of the day against the two days it is compared with, and of the month so far against last year's. */
  readonly change: Readonly<Record<'previous_day' | 'week_before' | 'month_last_year', number | null>>
}

export interface ExportedReport extends Omit<Snapshot, 'indicators' | 'fund_split'> {
  readonly indicators: readonly ExportedRow[]
  /** The fund's payment of the day by fund, yuan; `null` where too few persons are behind it. */
  readonly fund_split: Readonly<Record<string, number>> | null
}

function exported({ value, persons }: Cell): ExportedValue {
  const suppressed = persons > 0 && persons < SMALLEST_CELL
  return { value: suppressed ? null : value, suppressed }
}

function change(now: ExportedValue, then: ExportedValue): number | null {
  if (now.value === null || then.value === null || then.value === 0) return null
  return Math.round(((now.value - then.value) / Math.abs(then.value)) * 10_000) / 10_000
}

export function exportedReport({ indicators, fund_split, ...more }: Snapshot): ExportedReport {
  const rows = indicators.map(({ id, zh, en, unit, cells }) => {
    const values = Object.fromEntries(PERIODS.map((name) => [name, exported(cells[name])])) as ExportedRow['values']
    const { day, previous_day, week_before, month_to_date, month_last_year } = values
    return {
      id,
      zh,
      en,
      unit,
      values,
      change: {
        previous_day: change(day, previous_day),
        week_before: change(day, week_before),
        month_last_year: change(month_to_date, month_last_year),
      },
    }
  })
  const split = Object.fromEntries(Object.entries(fund_split).map(([name, fen]) => [name, yuan(fen)]))
  const paid = rows.find(({ id }) => id === 'fund_pay')
  return { ...more, indicators: rows, fund_split: paid?.values.day.suppressed ? null : split }
}
