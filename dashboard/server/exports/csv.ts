/** A column of a list that leaves the house: what it is called in each language, and what stands in it. */
export interface Column<T> {
  readonly zh: string
  readonly en: string
  readonly value: (row: T) => string | number | boolean | null
}

/** What a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@\t\r]/
const LINE_END = '\r\n'
/** By this mark spreadsheets know that it is UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF'

function cell(value: string | number | boolean | null): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const harmless = FORMULA.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

const lineOf = (values: readonly (string | number | boolean | null)[]) => values.map(cell).join(',')

/** Rows as CSV (RFC 4180) with heads, and a last line that says what the file is. */
export function csvOf<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
  language: 'zh' | 'en',
  last: readonly string[],
): string {
  const lines = [columns.map((column) => column[language]), ...rows.map((row) => columns.map(({ value }) => value(row)))]
  return BYTE_ORDER_MARK + [...lines.map(lineOf), lineOf(last), ''].join(LINE_END)
}
