import type { FeeLine, Settlement } from '../../../schemas/events.ts'
import { chargedLines } from './charged-lines.ts'

/** A package that a settlement sold, or a part of one. */
export interface SoldCode {
  readonly trace: string
  /** What remains charged of the line that names it; `undefined` where the code names none. */
  readonly line: FeeLine | undefined
  readonly split: boolean
}

type Bill = Pick<Settlement, 'feedetail' | 'drug_trac_info'>

/**
 * The trace codes that a settlement sold, row by row: what its negative lines take back is not sold. Where a line is taken
 * back in part and nothing tells which of its packages came back, none of them is known to be sold.
 */
export function soldCodes(bill: Bill): SoldCode[] {
  const { feedetail, drug_trac_info } = bill
  const charged = chargedLines(bill, (line, negative) => namesOneOf(bill, line, codesOf(bill, negative)))
  const returned = charged === feedetail ? NO_CODES : returnedIn(bill)
  const sold: SoldCode[] = []
  for (const { drug_trac_codg: trace, feedetl_sn, trdn_flag } of drug_trac_info) {
    const line = feedetail.find((candidate) => candidate.feedetl_sn === feedetl_sn)
    const left = charged === feedetail ? line : charged.find((candidate) => candidate.feedetl_sn === feedetl_sn)
    if (line && !left) continue
    if (line && left && left !== line && !remains(bill, trace, left, returned)) continue
    sold.push({ trace, line: left, split: trdn_flag === '1' || line?.trdn_flag === '1' })
  }
  return sold
}

const NO_CODES: ReadonlySet<string> = new Set()

function codesOf({ drug_trac_info }: Bill, { feedetl_sn }: FeeLine): string[] {
  return [...new Set(drug_trac_info.filter((row) => row.feedetl_sn === feedetl_sn).map((row) => row.drug_trac_codg))]
}

function namesOneOf(bill: Bill, line: FeeLine, codes: readonly string[]): boolean {
  return codes.length > 0 && codesOf(bill, line).some((code) => codes.includes(code))
}

/** The packages that negative lines name. */
function returnedIn(bill: Bill): ReadonlySet<string> {
  return new Set(bill.feedetail.filter(({ cnt }) => cnt < 0).flatMap((line) => codesOf(bill, line)))
}

/** Of a line taken back in part. */
function remains(bill: Bill, trace: string, left: FeeLine, returned: ReadonlySet<string>): boolean {
  const all = codesOf(bill, left)
  const kept = all.filter((code) => !returned.has(code))
  const isSplit = left.trdn_flag === '1' || bill.drug_trac_info.some(isPartOf(left))
  if (isSplit) return kept.length === 0 || kept.includes(trace)
  return kept.includes(trace) && kept.length <= left.cnt
}

function isPartOf({ feedetl_sn }: FeeLine) {
  return (row: Bill['drug_trac_info'][number]) => row.feedetl_sn === feedetl_sn && row.trdn_flag === '1'
}
