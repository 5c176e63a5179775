/** Rows of fields one after another in one text: long logs are appended to and stored in no time. */
export const [FIELD, ROW] = ['|', ';'] as [string, string]

const SPECIAL = /[%|;]/

/** Signs that separate rows and fields are written as an address would write them. */
export function written(text: string): string {
  return SPECIAL.test(text) ? text.replaceAll('%', '%25').replaceAll(FIELD, '%7C').replaceAll(ROW, '%3B') : text
}

function read(field: string): string {
  return field.includes('%') ? field.replaceAll('%7C', FIELD).replaceAll('%3B', ROW).replaceAll('%25', '%') : field
}

/** The fields of each row. */
export function rowsIn(text: string): string[][] {
  const rows = text.split(ROW).slice(0, -1)
  return rows.map((row) => row.split(FIELD).map(read))
}

/** The text without the row whose first field this is. */
export function withoutRow(text: string, first: string): string {
  const head = written(first) + FIELD
  const from = text.startsWith(head) ? 0 : text.indexOf(ROW + head) + 1
  if (from === 0 && !text.startsWith(head)) return text
  return text.slice(0, from) + text.slice(text.indexOf(ROW, from) + 1)
}
