import type { FeeLine } from '../../schemas/events.ts'
import { INSURANCE_NAMES } from '../../schemas/insurance.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { amountOf, type Fen } from '../../schemas/money.ts'
import { DAY } from '../../schemas/time.ts'
import type { Visit } from '../detector.ts'
import { isWestern } from '../kit/care/icd.ts'
import { hasMedicine } from '../kit/care/medicine.ts'
import type { ReferenceView } from '../reference.ts'

/** What can be wrong with a settlement as a record, whatever it speaks of. */
export type RecordFault =
  | 'MDTRT_ID_MISSING'
  | 'STAY_DATES_MISSING'
  | 'DIAGNOSIS_MISSING'
  | 'MED_TYPE_UNKNOWN'
  | 'INSUTYPE_UNKNOWN'
  | 'GENDER_UNKNOWN'
  | 'GENDER_CONTRADICTED'
  | 'ITEM_CODE_UNKNOWN'
  | 'DIAGNOSIS_CODE_UNKNOWN'
  | 'AMOUNT_BY_POLICY'
  | 'AMOUNT_BY_PAYER'
  | 'AMOUNT_OF_PERSON'
  | 'AMOUNT_OF_FUND'
  | 'AMOUNT_OF_LINES'
  | 'LINE_AMOUNT'
  | 'TIME_IN_FUTURE'
  | 'TIME_LONG_AGO'

/** Dictionaries of the national platform (domain: data-standard 1.5). */
const GENDERS = new Set(['', '0', '1', '2', '9'])
const TOLD_GENDERS = new Set(['1', '2'])
/** Drugs, patent medicine, slices, services with local suffixes, consumables (data-standard 1.7). */
const ITEM_CODE = /^(?:X[A-Z0-9]{22}|Z[A-Z0-9]{19}|T\d{9}|\d{15}.*|C\d{19}(?:\d{7})?)$/
const ICD_CODE = /^[A-Z]\d{2}/
/** A line's amount may differ from price times quantity by five fen. */
const LINE_TOLERANCE = 5
const LONGEST_DELAY = 30 * DAY

/** The faults of the record, each once. An identity of amounts is checked only where all of its parts are told. */
export function recordFaults(visit: Visit, reference: ReferenceView): RecordFault[] {
  const faults: RecordFault[] = []
  const check = (isWrong: boolean, fault: RecordFault) => {
    if (isWrong) faults.push(fault)
  }
  const stay = isInpatient(visit.med_class)
  const isMid = visit.mid_setl_flag === '1'
  // A sale may have no number of a visit; a stay is known by it.
  check(stay && visit.mdtrt_id === '', 'MDTRT_ID_MISSING')
  check(stay && (visit.begntime === undefined || (visit.endtime === undefined && !isMid)), 'STAY_DATES_MISSING')
  check(lacksDiagnosis(visit), 'DIAGNOSIS_MISSING')
  check(visit.med_class === 'OTHER', 'MED_TYPE_UNKNOWN')
  check(!Object.hasOwn(INSURANCE_NAMES, visit.insutype), 'INSUTYPE_UNKNOWN')
  check(!GENDERS.has(visit.gend), 'GENDER_UNKNOWN')
  check(isContradicted(visit, reference), 'GENDER_CONTRADICTED')
  check(hasUnknownItem(visit), 'ITEM_CODE_UNKNOWN')
  check(
    visit.diseinfo.some((diagnosis) => isWestern(diagnosis) && !ICD_CODE.test(diagnosis.diag_code)),
    'DIAGNOSIS_CODE_UNKNOWN',
  )
  checkAmounts(visit, check)
  const { ingest_time, setl_time } = visit
  if (ingest_time !== undefined) {
    check(setl_time > ingest_time, 'TIME_IN_FUTURE')
    check(ingest_time - setl_time > LONGEST_DELAY, 'TIME_LONG_AGO')
  }
  return faults
}

/** Drugs at the fund's cost need one; what a counter sells without a prescription does not. */
function lacksDiagnosis(visit: Visit): boolean {
  const { fund_pay_sumamt, med_class, dise_codg, diseinfo, feedetail, items } = visit
  // A pharmacy that serves a chronic disease diagnoses nothing: it names the disease.
  if (fund_pay_sumamt <= 0 || med_class === 'PHARM' || (med_class === 'PHARM_CHRONIC' && dise_codg !== '')) return false
  if (diseinfo.some(({ diag_code }) => diag_code !== '')) return false
  return hasMedicine({ feedetail, items })
}

/** The register knows the person as of the other gender: no rule can tell which of the two is wrong. */
function isContradicted({ psn_no, gend, setl_time }: Visit, reference: ReferenceView): boolean {
  if (!TOLD_GENDERS.has(gend)) return false
  const registered = reference.find('person', psn_no, setl_time)?.row.gend ?? ''
  return TOLD_GENDERS.has(registered) && registered !== gend
}

/** Neither in an official format nor named by any table. */
function hasUnknownItem({ feedetail, items, knownLines }: Visit): boolean {
  for (let i = 0; i < feedetail.length; i++)
    if (!items[i] && knownLines[i] === 0 && !ITEM_CODE.test(feedetail[i]!.med_list_codg)) return true
  return false
}

/** Whether the parts, all of which are told, come to another whole; a fen each is rounding. */
function differs(whole: Fen, parts: readonly (Fen | undefined)[]): boolean {
  let sum = 0
  for (const part of parts) {
    if (part === undefined) return false
    sum += part
  }
  return Math.abs(whole - sum) > parts.length
}

function isWrongLine({ cnt, pric, det_item_fee_sumamt }: FeeLine): boolean {
  return Math.abs(amountOf(pric, cnt) - det_item_fee_sumamt) > LINE_TOLERANCE
}

function checkAmounts(visit: Visit, check: (isWrong: boolean, fault: RecordFault) => void): void {
  const { medfee_sumamt, fund_pay_sumamt, feedetail, psn_part_amt, hosp_part_amt, acct_pay, psn_cash_pay } = visit
  const { fulamt_ownpay_amt, overlmt_selfpay, preselfpay_amt, inscp_scp_amt, acct_mulaid_pay = 0 } = visit
  check(differs(medfee_sumamt, [fulamt_ownpay_amt, overlmt_selfpay, preselfpay_amt, inscp_scp_amt]), 'AMOUNT_BY_POLICY')
  check(differs(medfee_sumamt, [fund_pay_sumamt, psn_part_amt, hosp_part_amt ?? 0]), 'AMOUNT_BY_PAYER')
  // Whether the mutual-aid payment is inside the account's payment varies.
  if (psn_part_amt !== undefined && differs(psn_part_amt, [acct_pay, psn_cash_pay])) {
    const isWithMutualAid = acct_mulaid_pay !== 0 && !differs(psn_part_amt, [acct_pay, psn_cash_pay, acct_mulaid_pay])
    check(!isWithMutualAid, 'AMOUNT_OF_PERSON')
  }
  const { hifp_pay, cvlserv_pay, hifes_pay, hifmi_pay, hifob_pay, maf_pay, hifdm_pay = 0, oth_pay } = visit
  const funds = [hifp_pay, cvlserv_pay, hifes_pay, hifmi_pay, hifob_pay, maf_pay, hifdm_pay, oth_pay]
  check(differs(fund_pay_sumamt, funds), 'AMOUNT_OF_FUND')
  if (feedetail.length === 0) return
  let sum = 0
  for (const line of feedetail) sum += line.det_item_fee_sumamt
  check(Math.abs(medfee_sumamt - sum) > feedetail.length, 'AMOUNT_OF_LINES')
  check(feedetail.some(isWrongLine), 'LINE_AMOUNT')
}
