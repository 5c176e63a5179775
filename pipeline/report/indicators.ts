import { yuan } from '../../schemas/money.ts'
import type { Figures } from './figures.ts'
import { PERIODS, type PeriodName } from './periods.ts'

export type Unit = 'count' | 'yuan' | 'share' | 'ratio' | 'days'

/** The figures of a period and of the same days a year before. */
export interface Pair {
  readonly now: Figures
  readonly before: Figures
}

interface Indicator {
  readonly id: string
  readonly zh: string
  readonly en: string
  readonly unit: Unit
  /** `null` where nothing can be divided. */
  value(pair: Pair): number | null
  /** The persons behind the value, of whom too few must not be told; several where it compares. */
  persons(pair: Pair): readonly number[]
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}

function growth(now: number | null, before: number | null): number | null {
  return now === null || before === null || before === 0 ? null : (now - before) / before
}

const everybody = ({ now }: Pair) => [now.persons]
const inpatients = ({ now }: Pair) => [now.inpatients]
const meanInpatientCost = ({ inpatient_fee, discharges }: Figures) => ratio(yuan(inpatient_fee), discharges)

/** The first twelve indicators of the daily summary (domain: daily-summary 4.2), in its order. */
const INDICATORS: readonly Indicator[] = [
  {
    id: 'settlements',
    zh: '结算人次',
    en: 'settlements',
    unit: 'count',
    value: ({ now }) => now.settlements,
    persons: everybody,
  },
  {
    id: 'total_amount',
    zh: '医疗费总额',
    en: 'total amount',
    unit: 'yuan',
    value: ({ now }) => yuan(now.medfee),
    persons: everybody,
  },
  { id: 'fund_pay', zh: '基金支付', en: 'fund payment', unit: 'yuan', value: ({ now }) => yuan(now.fund), persons: everybody },
  {
    ...{ id: 'pooled_fund_growth', zh: '基金支出同比', en: 'pooled fund expenditure, growth on last year', unit: 'share' },
    value: ({ now, before }) => growth(now.split.hifp_pay, before.split.hifp_pay),
    persons: ({ now, before }) => [now.persons, before.persons],
  },
  {
    id: 'personal_account',
    zh: '个账支出',
    en: 'personal accounts',
    unit: 'yuan',
    value: ({ now }) => yuan(now.account),
    persons: everybody,
  },
  {
    ...{ id: 'inpatient_cost', zh: '次均住院费用', en: 'mean cost of a stay', unit: 'yuan' },
    value: ({ now }) => meanInpatientCost(now),
    persons: inpatients,
  },
  {
    ...{ id: 'inpatient_cost_growth', zh: '次均住院费用增长率', en: 'mean cost of a stay, growth on last year', unit: 'share' },
    value: ({ now, before }) => growth(meanInpatientCost(now), meanInpatientCost(before)),
    persons: ({ now, before }) => [now.inpatients, before.inpatients],
  },
  {
    ...{ id: 'length_of_stay', zh: '次均住院天数', en: 'mean length of a stay', unit: 'days' },
    value: ({ now }) => ratio(now.stay_days, now.discharges),
    persons: inpatients,
  },
  {
    ...{ id: 'bed_day_cost', zh: '床日费用', en: 'cost of a bed day', unit: 'yuan' },
    value: ({ now }) => ratio(yuan(now.inpatient_fee), now.stay_days),
    persons: inpatients,
  },
  {
    ...{ id: 'visits_per_head', zh: '人次人头比', en: 'discharges per head', unit: 'ratio' },
    value: ({ now }) => ratio(now.discharges, now.inpatients),
    persons: inpatients,
  },
  {
    ...{ id: 'personal_burden', zh: '个人负担比', en: 'personal burden', unit: 'share' },
    value: ({ now }) => ratio(now.personal, now.medfee),
    persons: everybody,
  },
  {
    ...{
      id: 'employee_reimbursement',
      zh: '职工住院政策范围内报销比例',
      en: 'in-policy inpatient reimbursement, employees',
      unit: 'share',
    },
    value: ({ now }) => ratio(now.employee_fund, now.employee_in_policy),
    persons: ({ now }) => [now.employees],
  },
]

/** A value, and of how many persons it tells. */
export interface Cell {
  readonly value: number | null
  readonly persons: number
}

export interface IndicatorRow {
  readonly id: string
  readonly zh: string
  readonly en: string
  readonly unit: Unit
  readonly cells: Readonly<Record<PeriodName, Cell>>
}

export function indicatorsOf(figures: Readonly<Record<PeriodName, Pair>>): IndicatorRow[] {
  return INDICATORS.map(({ id, zh, en, unit, value, persons }) => {
    const cell = (name: PeriodName): Cell => {
      const worth = value(figures[name])
      // Of two groups the smaller that is not empty: an empty one tells of nobody.
      const groups = persons(figures[name]).filter((count) => count > 0)
      return { value: worth === null ? null : rounded(worth, unit), persons: groups.length === 0 ? 0 : Math.min(...groups) }
    }
    return { id, zh, en, unit, cells: Object.fromEntries(PERIODS.map((name) => [name, cell(name)])) as IndicatorRow['cells'] }
  })
}

function rounded(value: number, unit: Unit): number {
  const digits = unit === 'yuan' ? 100 : 10_000
  return Math.round(value * digits) / digits
}
