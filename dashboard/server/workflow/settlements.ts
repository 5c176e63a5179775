import { fenOf } from '../../../schemas/money.ts'
import type { Records } from '../ports.ts'
import type { HoldableSettlement, Settlements } from './holds.ts'

/** What the workflow asks of settlements: whose they are, for which month they are paid, and how much the fund paid. */
export async function readSettlements(records: Records, setlIds: readonly string[]): Promise<Settlements> {
  if (setlIds.length === 0) return new Map()
  const rows = await records.query<Omit<HoldableSettlement, 'fund_pay'> & { fund: string }>(
    `SELECT setl_id, fixmedins_code, formatDateTime(setl_time, '%Y-%m', 'Asia/Shanghai') AS month,
       toString(fund_pay_sumamt) AS fund FROM settlement WHERE setl_id IN ({ids:Array(String)})`,
    { ids: setlIds },
  )
  return new Map(rows.map(({ fund, ...row }) => [row.setl_id, { ...row, fund_pay: fenOf(fund) }]))
}

/** The `calendar` reference table: day and whether it is worked, the last version of each row. */
export async function readCalendar(records: Records): Promise<{ day: string; workday: boolean }[]> {
  const rows = await records.query<{ id: string; row: string; deleted: boolean }>(
    `SELECT id, argMax(row, version) AS row, argMax(deleted, version) AS deleted FROM reference_row
     WHERE table = 'calendar' GROUP BY id`,
  )
  return rows.flatMap(({ id, row, deleted }) => {
    const { workday } = deleted ? {} : (JSON.parse(row || '{}') as { workday?: boolean | null })
    return typeof workday === 'boolean' ? [{ day: id, workday }] : []
  })
}
