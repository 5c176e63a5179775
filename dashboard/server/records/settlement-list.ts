import { type Static, Type } from 'typebox'
import type { Scope } from '../access/caller.ts'
import { cutPage, decodeCursor } from '../alerts/cursor.ts'
import { maskNumber } from '../alerts/mask.ts'
import type { Records } from '../ports.ts'
import { placeSql, type Sql, timeSql } from './place.ts'

const money = Type.Number({ description: 'yuan' })

/** One settlement in a list. */
export const SettlementRow = Type.Object({
  setl_id: Type.String(),
  setl_time: Type.String(),
  psn_no: Type.String({ description: 'masked' }),
  fixmedins_code: Type.String(),
  med_type: Type.String(),
  medfee_sumamt: money,
  fund_pay_sumamt: money,
  line_count: Type.Integer(),
  voided: Type.Boolean(),
})
export type SettlementRow = Static<typeof SettlementRow>

export interface SettlementQuery {
  readonly psn_no?: string
  readonly fixmedins_code?: string
  readonly doctor?: string
  readonly med_list_codg?: string
  readonly drug_trac_codg?: string
  /** First and last day, both included. */
  readonly from?: string
  readonly to?: string
}

const CONDITIONS: { readonly [Name in keyof SettlementQuery]-?: string } = {
  psn_no: 'psn_no = {psn_no:String}',
  fixmedins_code: 'fixmedins_code = {fixmedins_code:String}',
  doctor: `(chfpdr_code = {doctor:String} OR setl_id IN (SELECT setl_id FROM fee_line WHERE bilg_dr_codg = {doctor:String}))`,
  med_list_codg: 'setl_id IN (SELECT setl_id FROM fee_line WHERE med_list_codg = {med_list_codg:String})',
  drug_trac_codg: 'setl_id IN (SELECT setl_id FROM trace_use WHERE drug_trac_codg = {drug_trac_codg:String})',
  from: "toDate(settlement.setl_time, 'Asia/Shanghai') >= {from:Date}",
  to: "toDate(settlement.setl_time, 'Asia/Shanghai') <= {to:Date}",
}

/** A question about settlements, confined to the regions. */
export function whereOf(scope: Scope, query: SettlementQuery): Sql {
  const place = placeSql(scope)
  const asked = Object.entries(query).filter(([, value]) => value !== undefined)
  return {
    conditions: [...place.conditions, ...asked.map(([name]) => CONDITIONS[name as keyof SettlementQuery])],
    params: { ...place.params, ...Object.fromEntries(asked) },
  }
}

const ORDER = '-setl_time'

interface Found extends Omit<SettlementRow, 'voided'> {
  readonly key: number
  readonly voided: number | boolean
}

/** Settlements, newest first, page by page. */
export async function listSettlements(
  records: Records,
  scope: Scope,
  query: SettlementQuery,
  { cursor, limit }: { readonly cursor?: string; readonly limit: number },
): Promise<{ rows: SettlementRow[]; next: string | null }> {
  const { conditions, params } = whereOf(scope, query)
  const start = cursor === undefined ? undefined : decodeCursor(cursor, ORDER)
  const further = start && '(toUnixTimestamp64Milli(settlement.setl_time), setl_id) < ({after_key:Int64}, {after_id:String})'
  const found = await records.query<Found>(
    `SELECT setl_id, ${timeSql('settlement.setl_time')} AS setl_time, psn_no, fixmedins_code, med_type,
       toFloat64(medfee_sumamt) AS medfee_sumamt, toFloat64(fund_pay_sumamt) AS fund_pay_sumamt, line_count,
       setl_id IN (SELECT orig_setl_id FROM void) AS voided,
       toFloat64(toUnixTimestamp64Milli(settlement.setl_time)) AS key
     FROM settlement WHERE ${[...conditions, ...(further ? [further] : [])].join(' AND ')}
     ORDER BY settlement.setl_time DESC, setl_id DESC LIMIT {limit:UInt32}`,
    { ...params, ...start, limit: limit + 1 },
  )
  const { page, next } = cutPage(found, limit, ORDER, ({ key, setl_id }) => [key, setl_id])
  const told = ({ key: _key, voided, psn_no, ...row }: Found) => {
    return { ...row, psn_no: maskNumber(psn_no), voided: Boolean(voided) }
  }
  return { rows: page.map(told), next }
}

/** The number of the person of a settlement within the regions. */
export async function personOfSettlement(records: Records, scope: Scope, id: string): Promise<string | undefined> {
  const { conditions, params } = placeSql(scope)
  const [row] = await records.query<{ psn_no: string }>(
    `SELECT psn_no FROM settlement WHERE setl_id = {id:String} AND ${conditions.join(' AND ')} LIMIT 1`,
    { ...params, id },
  )
  return row?.psn_no
}

/** What settlements come to: how many, of how many persons, how much of the fund, from when to when. */
export interface Activity {
  readonly settlements: number
  readonly persons: number
  readonly fund_pay_sumamt: number
  readonly first: string
  readonly last: string
}

/** Voided settlements do not count. */
export async function activityOf(records: Records, scope: Scope, query: SettlementQuery): Promise<Activity> {
  const { conditions, params } = whereOf(scope, query)
  const [row] = await records.query<Activity>(
    `SELECT toFloat64(count()) AS settlements, toFloat64(uniqExact(psn_no)) AS persons,
       toFloat64(sum(settlement.fund_pay_sumamt)) AS fund_pay_sumamt,
       if(count() = 0, '', ${timeSql('min(settlement.setl_time)')}) AS first,
       if(count() = 0, '', ${timeSql('max(settlement.setl_time)')}) AS last
     FROM settlement WHERE setl_id NOT IN (SELECT orig_setl_id FROM void) AND ${conditions.join(' AND ')}`,
    params,
  )
  return row ?? { settlements: 0, persons: 0, fund_pay_sumamt: 0, first: '', last: '' }
}
