import type { FeeLine } from '../../../schemas/events.ts'
import type { ReferenceTable } from '../../../schemas/reference.ts'
import type { LineRef, Visit } from '../../detector.ts'
import { linesKnownTo } from '../items/known.ts'
import { chargedLines } from './charged-lines.ts'
import { inPolicy, violating } from './finding.ts'

/**
 * The charged lines whose code a row of the table names, as far as they went into the insurance: what the person pays alone
 * cannot be outside the scope of payment.
 */
export function paidLinesKnownTo(visit: Visit, table: ReferenceTable): FeeLine[] {
  const feedetail = linesKnownTo(visit, table)
  return feedetail.length === 0 ? feedetail : chargedLines({ feedetail }).filter((line) => inPolicy(line) > 0)
}

/** All of them at fault, each by its in-policy amount. */
export function allViolating({ setl_id }: Visit, lines: readonly FeeLine[]): LineRef[] {
  return lines.map((line) => violating(setl_id, line, inPolicy(line)))
}
