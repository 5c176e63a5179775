import type { FeeLine } from '../../../schemas/events.ts'

/**
 * The lines of a settlement that remain charged. A negative line takes back what the same code was charged in the same
 * settlement (contract, "Identity, duplicates, voids"): a line taken back wholly is left out, one taken back in part keeps
 * the rest of its count, amounts and days. Lines without a count are left out. `isMeant` says which line a negative one takes
 * back first, where more is known than codes, prices and times.
 */
export function chargedLines(
  { feedetail }: { readonly feedetail: readonly FeeLine[] },
  isMeant: (line: FeeLine, negative: FeeLine) => boolean = nobodyKnows,
): readonly FeeLine[] {
  if (feedetail.every(isCharge)) return feedetail
  const charged = feedetail.filter(isCharge)
  for (const line of feedetail) {
    if (line.cnt !== 0 && !isCharge(line)) takeBack(charged, line, isMeant)
  }
  return charged
}

/** What negative lines take back beyond what their own settlement charged by that code: an earlier bill of the visit did. */
export function takenBackBeyond({ feedetail }: { readonly feedetail: readonly FeeLine[] }): readonly FeeLine[] {
  if (feedetail.every(isCharge)) return NO_LINES
  const charged = feedetail.filter(isCharge)
  return feedetail.flatMap((line) => {
    if (line.cnt === 0 || isCharge(line)) return NO_LINES
    const left = takeBack(charged, line, nobodyKnows)
    return left > ROUNDING ? [{ ...scaled(line, Math.sign(line.cnt) * left), cnt: -left }] : NO_LINES
  })
}

const NO_LINES: readonly FeeLine[] = []
/** Quantities carry four decimals. */
const ROUNDING = 1e-5

function nobodyKnows(): boolean {
  return false
}

function isCharge(line: FeeLine): boolean {
  return line.cnt > 0 && line.det_item_fee_sumamt >= 0
}

/**
 * Takes the count back from lines of the same code: from the same price and time first, and there from the last one. Returns
 * what none of them was charged for.
 */
function takeBack(charged: FeeLine[], negative: FeeLine, isMeant: (line: FeeLine, negative: FeeLine) => boolean): number {
  const distance = (line: FeeLine) =>
    (isMeant(line, negative) ? 0 : 4) +
    (line.pric === Math.abs(negative.pric) ? 0 : 2) +
    (line.fee_ocur_time === negative.fee_ocur_time ? 0 : 1)
  const candidates = charged
    .filter((line) => line.med_list_codg === negative.med_list_codg)
    .reverse()
    .sort((a, b) => distance(a) - distance(b))
  let left = Math.abs(negative.cnt)
  for (const line of candidates) {
    if (left <= 0) return 0
    const rest = Math.max(0, line.cnt - left)
    left -= line.cnt
    charged.splice(charged.indexOf(line), 1, ...(rest > 0 ? [scaled(line, rest)] : []))
  }
  return left
}

function scaled(line: FeeLine, cnt: number): FeeLine {
  const part = (amount: number) => Math.round((amount * cnt) / line.cnt)
  return {
    ...line,
    cnt,
    det_item_fee_sumamt: part(line.det_item_fee_sumamt),
    inscp_scp_amt: line.inscp_scp_amt === undefined ? undefined : part(line.inscp_scp_amt),
    overlmt_amt: line.overlmt_amt === undefined ? undefined : part(line.overlmt_amt),
    prd_days: line.prd_days === undefined ? undefined : (line.prd_days * cnt) / line.cnt,
  }
}
