import { hiding } from './marks.ts'

/** Rows of fields one after another in one text: long logs are appended to and stored in no time. */
export const [FIELD, ROW] = ['|', ';'] as [string, string]

const { hide, show } = hiding(FIELD + ROW)
/** A field, whatever it holds. */
export const written = hide

/** The fields of each row. */
export function rowsIn(text: string): string[][] {
  const rows = text.split(ROW).slice(0, -1)
  return rows.map((row) => row.split(FIELD).map(show))
}

/** The text without the row whose first field this is. */
export function withoutRow(text: string, first: string): string {
  const head = written(first) + FIELD
  const from = text.startsWith(head) ? 0 : text.indexOf(ROW + head) + 1
  if (from === 0 && !text.startsWith(head)) return text
  return text.slice(0, from) + text.slice(text.indexOf(ROW, from) + 1)
}
