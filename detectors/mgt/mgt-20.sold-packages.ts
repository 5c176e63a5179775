import type { Inventory } from '../../schemas/events.ts'
import type { Fen } from '../../schemas/money.ts'
import { type Day, dayOf, type Instant, SECOND, startOfDay } from '../../schemas/time.ts'
import type { Context, Visit } from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { fundOf } from '../kit/bills/finding.ts'
import { soldCodes } from '../kit/bills/sold-codes.ts'
import type { Remembered } from '../kit/parts/remembered.ts'
import { countyOf } from '../kit/plain/county.ts'
import { FIELD, ROW, rowsIn, written } from '../kit/plain/rows.ts'

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

/** Where the county is that of the institution's code; no field is written so. */
const OWN = '%'

function writtenCounty(admdvs: string, fixmedins_code: string): string {
  return admdvs === countyOf(fixmedins_code) ? OWN : written(admdvs)
}

function readCounty(field: string, fixmedins_code: string): string {
  return field === OWN ? countyOf(fixmedins_code) : field
}

/** What a row says of all its packages: whose they are, when and where they were sold. `id` is empty in a report. */
function headOf(id: string, at: Instant, psn_no: string, counties: readonly [admdvs: string, insu_admdvs: string]): string {
  return [written(id), (at - startOfDay(dayOf(at))) / SECOND, written(psn_no), ...counties].join(FIELD)
}

/** Fields that each package adds to its row. */
const OF_PACKAGE = 4

function packageOf(trace: string, feedetl_sn: string, med_list_codg: string, fund: Fen): string {
  return FIELD + written(trace) + FIELD + written(feedetl_sn) + FIELD + written(med_list_codg) + FIELD + fund
}

function salesOf(row: readonly string[], day: Day, fixmedins_code: string): Sale[] {
  const [id, second, psn_no, admdvs, insu_admdvs, ...packages] = row as [string, string, string, string, string, ...string[]]
  const head = {
    ...{ id, at: startOfDay(day) + Math.round(Number(second) * SECOND), psn_no, fixmedins_code },
    ...{ admdvs: readCounty(admdvs, fixmedins_code), insu_admdvs: readCounty(insu_admdvs, fixmedins_code) },
  }
  const sales: Sale[] = []
  for (let i = 0; i < packages.length; i += OF_PACKAGE) {
    const [trace, feedetl_sn, med_list_codg, fund] = packages.slice(i, i + OF_PACKAGE) as [string, string, string, string]
    sales.push({ ...head, trace, feedetl_sn, med_list_codg, fund: Number(fund) })
  }
  return sales
}

/** The day's sales. Reports count once, and only where no settlement of the day names the package. */
export function salesIn(text: string, day: Day, fixmedins_code: string): Sale[] {
  const all = rowsIn(text).flatMap((row) => salesOf(row, day, fixmedins_code))
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

function isWithoutCode(fixmedins_code: string, med_list_codg: string, at: Instant, { reference }: Context<unknown>): boolean {
  return reference.find('no_trace_stock', `${fixmedins_code}:${med_list_codg}`, at) !== undefined
}

/**
 * Packages of drugs that were bought before codes existed have none; a code that stands there is no sale of one. What the
 * agency reimburses was sold long before, and the institution reports that sale (3505).
 */
export function rowOfVisit(visit: Visit, context: Context<unknown>): string {
  if (isAtAgency(visit)) return ''
  const { setl_id, setl_time, psn_no, admdvs, insu_admdvs, fixmedins_code } = visit
  let packages = ''
  const seen: string[] = []
  for (const { trace, line } of soldCodes(visit)) {
    if (!line || seen.includes(trace)) continue
    const { feedetl_sn, med_list_codg } = line
    if (isWithoutCode(fixmedins_code, med_list_codg, setl_time, context)) continue
    seen.push(trace)
    packages += packageOf(trace, feedetl_sn, med_list_codg, fundOf(visit, line))
  }
  if (packages === '') return ''
  const counties = [writtenCounty(admdvs, fixmedins_code), writtenCounty(insu_admdvs, fixmedins_code)] as const
  return headOf(setl_id, setl_time, psn_no, counties) + packages + ROW
}

/** What a reported sale sold: the fund paid nothing for it, as far as it tells. */
export function rowOfReport(report: Inventory, context: Context<unknown>): string {
  const { fixmedins_code, med_list_codg, psn_no, time } = report
  if (isWithoutCode(fixmedins_code, med_list_codg, time, context)) return ''
  const admdvs = context.reference.find('institution', fixmedins_code, time)?.row.admdvs ?? ''
  const codes = [...new Set(report.drug_trac_info.map(({ drug_trac_codg }) => drug_trac_codg))]
  const packages = codes.map((code) => packageOf(code, '', med_list_codg, 0)).join('')
  return headOf('', time, psn_no, [writtenCounty(admdvs, fixmedins_code), '']) + packages + ROW
}
