import type { Balance } from './mgt-21.stock-ledger.ts'

export interface Evidence extends Omit<Balance, 'day' | 'available' | 'inscp'> {
  readonly fixmedins_code: string
  readonly med_list_codg: string
  readonly name: string
  readonly stocktaking: string
  /** The day on which the sales were first too many, and the one whose balance this is. */
  readonly since: string
  readonly until: string
  readonly opening: number
  readonly vola_amt: number
}

export interface Params {
  readonly packs: number
  readonly share: number
  readonly stock_days: number
}

/** What a closed day sold; a settlement taken back, before that or after it. */
export const [SALES, GONE] = ['MGT-21/sales', 'MGT-21/gone']
