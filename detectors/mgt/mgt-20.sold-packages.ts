import type { Inventory } from '../../schemas/events.ts'
import type { Fen } from '../../schemas/money.ts'
import { type Instant, SECOND } from '../../schemas/time.ts'
import type { Context, Visit } from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { fundOf } from '../kit/bills/finding.ts'
import { soldCodes } from '../kit/bills/sold-codes.ts'
import type { Remembered } from '../kit/parts/remembered.ts'

/** One package sold: in a settlement, or by a sale that was reported (3505) without the number of one. */
export interface Sale extends Remembered {
  /** Number of the settlement; `''` where only a report tells of the sale. */
  readonly id: string
  readonly trace: string
  readonly psn_no: string
  readonly feedetl_sn: string
  readonly med_list_codg: string
  readonly fund: Fen
}

/** A row of a day's log of sales: fields side by side, for it is written anew with every batch. */
const [FIELD, ROW] = ['\t', '\n']
const SEPARATORS = /[\t\n]/

function rowsIn(text: string): string[] {
  return text.split(ROW).filter((row) => row !== '')
}

function saleOf(row: string, fixmedins_code: string): Sale {
  const [id, second, psn_no, admdvs, insu_admdvs, trace, feedetl_sn, med_list_codg, fund] = row.split(FIELD)
  const where = { fixmedins_code, admdvs: admdvs!, insu_admdvs: insu_admdvs! }
  const what = { trace: trace!, psn_no: psn_no!, feedetl_sn: feedetl_sn!, med_list_codg: med_list_codg! }
  return { id: id!, at: Number(second) * SECOND, fund: Number(fund), ...where, ...what }
}

/** When the sale was that stands first. */
export function firstSoldAt(text: string): Instant {
  const [, second] = text.slice(0, text.indexOf(ROW)).split(FIELD)
  return Number(second) * SECOND
}

/** The day's sales. Reports count once, and only where no settlement of the day names the package. */
export function salesIn(text: string, fixmedins_code: string): Sale[] {
  const all = rowsIn(text).map((row) => saleOf(row, fixmedins_code))
  const settled = all.filter(({ id }) => id !== '')
  if (settled.length === all.length) return all
  const named = new Set(settled.map(({ trace }) => trace))
  const reported = new Map<string, Sale>()
  for (const sale of all) {
    const before = reported.get(sale.trace)
    if (!named.has(sale.trace) && (before === undefined || sale.at < before.at)) reported.set(sale.trace, sale)
  }
  return [...settled, ...reported.values()]
}

/** The log without what the settlement sold. */
export function withoutSettlement(text: string, setl_id: string): string {
  return rowsIn(text)
    .filter((row) => !row.startsWith(setl_id + FIELD))
    .map((row) => row + ROW)
    .join('')
}

function isWithoutCode(fixmedins_code: string, med_list_codg: string, at: Instant, { reference }: Context<unknown>): boolean {
  return reference.find('no_trace_stock', `${fixmedins_code}:${med_list_codg}`, at) !== undefined
}

/**
 * Packages of drugs that were bought before codes existed have none; a code that stands there is no sale of one. What the
 * agency reimburses was sold long before, and the institution reports that sale (3505).
 */
export function rowsOfVisit(visit: Visit, context: Context<unknown>): string {
  if (isAtAgency(visit)) return ''
  const { setl_id, setl_time, psn_no, admdvs, insu_admdvs, fixmedins_code } = visit
  if (SEPARATORS.test(setl_id + psn_no + admdvs + insu_admdvs)) return ''
  const head = [setl_id, setl_time / SECOND, psn_no, admdvs, insu_admdvs, ''].join(FIELD)
  let rows = ''
  const seen: string[] = []
  for (const { trace, line } of soldCodes(visit)) {
    if (!line || seen.includes(trace)) continue
    const { feedetl_sn, med_list_codg } = line
    if (isWithoutCode(fixmedins_code, med_list_codg, setl_time, context)) continue
    seen.push(trace)
    if (SEPARATORS.test(trace + feedetl_sn + med_list_codg)) continue
    rows += head + trace + FIELD + feedetl_sn + FIELD + med_list_codg + FIELD + fundOf(visit, line) + ROW
  }
  return rows
}

/** What a reported sale sold: the fund paid nothing for it, as far as it tells. */
export function rowsOfReport(report: Inventory, context: Context<unknown>): string {
  const { fixmedins_code, med_list_codg, psn_no, time } = report
  if (SEPARATORS.test(psn_no + med_list_codg) || isWithoutCode(fixmedins_code, med_list_codg, time, context)) return ''
  const admdvs = context.reference.find('institution', fixmedins_code, time)?.row.admdvs ?? ''
  const head = ['', time / SECOND, psn_no, admdvs, '', ''].join(FIELD)
  const codes = [...new Set(report.drug_trac_info.map(({ drug_trac_codg }) => drug_trac_codg))]
  return codes
    .filter((code) => !SEPARATORS.test(code))
    .map((code) => `${head}${code}${FIELD}${FIELD}${med_list_codg}${FIELD}0${ROW}`)
    .join('')
}
