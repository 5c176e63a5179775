import type { FeeLine } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { shareOf } from '../../schemas/money.ts'
import type { ReferenceRow } from '../../schemas/reference.ts'
import type { Visit } from '../detector.ts'
import { chargedLines } from '../kit/bills/charged-lines.ts'
import { inPolicy } from '../kit/bills/finding.ts'
import { itemOf } from '../kit/items/item-of.ts'
import type { ReferenceView } from '../reference.ts'
import type { Missing } from './pol-19.terms.ts'

type Item = ReferenceRow<'item'> | undefined

/** What is counted one by one lies in a package, and codes are on packages. */
const SINGLE_UNITS = new Set(['片', '粒', '丸', '支', '袋', '贴', '枚', '包'])

/** 西药中成药; not slices, 自制剂 or 民族药, and not granules. */
function carriesCodes(line: FeeLine, item: Item): boolean {
  const list = line.list_type || item?.list_type || (/^[XZ]/.test(line.med_list_codg) ? '101' : '')
  return list === '101' && !item?.tags?.includes('granule')
}

/** Wards give out of opened packages, unless the line says that a whole one was given. */
function isExempt(visit: Visit, line: FeeLine): boolean {
  return isInpatient(visit.med_class) && line.trdn_flag !== '0'
}

export function mayCarryCodes(visit: Visit): boolean {
  return visit.feedetail.some((line, i) => carriesCodes(line, visit.items[i]) && !isExempt(visit, line))
}

/** Packages of which a code must be there: those that are whole, and one where only a part was given. */
function packagesOf({ cnt, trdn_flag }: FeeLine, item: Item, splitByCode: boolean): number {
  if (trdn_flag === '1' || splitByCode) return 1
  const units = SINGLE_UNITS.has(item?.unit ?? '') ? (item?.pack_units ?? 1) : 1
  return Math.max(1, Math.floor(cnt / Math.max(1, units)))
}

/** Bought before codes existed (无码库). */
function isOldStock({ fixmedins_code }: Visit, { med_list_codg, fee_ocur_time }: FeeLine, reference: ReferenceView): boolean {
  return reference.find('no_trace_stock', `${fixmedins_code}:${med_list_codg}`, fee_ocur_time) !== undefined
}

interface Received {
  /** Different codes. */
  readonly codes: number
  /** A code stands for an opened package. */
  readonly split: boolean
}

/** The codes of one line; of `''`: those that name none. */
function receivedFor(sn: string, { drug_trac_info }: Visit): Received {
  let first = ''
  let others: Set<string> | undefined
  let split = false
  for (const { feedetl_sn, drug_trac_codg, trdn_flag } of drug_trac_info) {
    if (feedetl_sn !== sn) continue
    if (trdn_flag === '1') split = true
    if (first === '') first = drug_trac_codg
    else if (drug_trac_codg !== first) others = (others ?? new Set<string>()).add(drug_trac_codg)
  }
  return { codes: first === '' ? 0 : 1 + (others?.size ?? 0), split }
}

interface Look {
  readonly drugs: number
  readonly missing: readonly Missing[]
}

export function look(visit: Visit, reference: ReferenceView): Look {
  const charged = chargedLines(visit)
  const missing: Missing[] = []
  let loose: number | undefined
  let drugs = 0
  for (let i = 0; i < charged.length; i++) {
    const line = charged[i]!
    const item = itemOf(visit, charged, i)
    if (!carriesCodes(line, item) || isExempt(visit, line) || isOldStock(visit, line, reference)) continue
    drugs++
    const { feedetl_sn: sn, med_list_codg: code } = line
    const { codes, split } = receivedFor(sn, visit)
    const expected = packagesOf(line, item, split)
    if (codes >= expected) continue
    loose ??= receivedFor('', visit).codes
    const found = Math.min(loose, expected - codes)
    loose -= found
    const [received, lacking] = [codes + found, expected - codes - found]
    if (lacking > 0) missing.push({ sn, code, expected, received, amount: shareOf(inPolicy(line), lacking, expected) })
  }
  return { drugs, missing }
}
