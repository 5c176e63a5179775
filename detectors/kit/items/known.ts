import type { FeeLine } from '../../../schemas/events.ts'
import type { ReferenceTable } from '../../../schemas/reference.ts'
import type { Visit } from '../../detector.ts'
import { tableBit } from '../../reference.ts'

/** Whether any line of the visit has a code that a row of the table names: nearly always not, and then nothing can be wrong. */
export function isKnownTo(table: ReferenceTable): (visit: Visit) => boolean {
  const bit = tableBit(table)
  return ({ known }) => (known & bit) !== 0
}

/** The lines whose code a row of the table names. Whether it holds there and then, the look-up says. */
export function linesKnownTo(visit: Visit, table: ReferenceTable): FeeLine[] {
  const bit = tableBit(table)
  if ((visit.known & bit) === 0) return []
  return visit.feedetail.filter((_, i) => (visit.knownLines[i]! & bit) !== 0)
}
