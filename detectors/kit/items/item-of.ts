import type { FeeLine } from '../../../schemas/events.ts'
import type { ReferenceRow } from '../../../schemas/reference.ts'
import type { Visit } from '../../detector.ts'

/** The item row of the i-th of a visit's lines, or of some of them (`chargedLines`, `linesKnownTo`). */
export function itemOf(visit: Visit, lines: readonly FeeLine[], i: number): ReferenceRow<'item'> | undefined {
  if (lines === visit.feedetail) return visit.items[i]
  const { feedetl_sn } = lines[i]!
  return visit.items[visit.feedetail.findIndex((line) => line.feedetl_sn === feedetl_sn)]
}
