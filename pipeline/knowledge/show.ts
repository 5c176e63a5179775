import type { ReferenceBook } from '../../detectors/reference.ts'
import { FundwatchError } from '../../schemas/errors.ts'
import { isReferenceTable } from '../../schemas/reference.ts'
import { dayOf, formatDay, type Instant, parseDay, startOfDay } from '../../schemas/time.ts'

/** A row as people read it: days, the last one included. */
export interface ShownRow {
  readonly id: string
  readonly effective_from: string
  readonly effective_to: string
  readonly row: Readonly<Record<string, unknown>>
}

/**
 * The rows of a table that hold on a day, of every region and level.
 * @throws FundwatchError TABLE_UNKNOWN or TIME_INVALID
 */
export function rowsOn(book: ReferenceBook, table: string, day: string): ShownRow[] {
  if (!isReferenceTable(table)) throw new FundwatchError('TABLE_UNKNOWN', `There is no reference table ${table}.`)
  const at = startOfDay(parseDay(day))
  if (Number.isNaN(at)) throw new FundwatchError('TIME_INVALID', `${day} is no day (yyyy-MM-dd).`)
  return book.holdingAt(table, at).map(({ id, effective_from, effective_to, row }) => ({
    ...{ id, effective_from: textOf(effective_from), effective_to: textOf(effective_to) },
    row: row as ShownRow['row'],
  }))
}

function textOf(at: Instant | undefined): string {
  return at === undefined ? '' : formatDay(dayOf(at))
}
