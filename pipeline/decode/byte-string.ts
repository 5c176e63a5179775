/**
 * Parsed JSON as byte strings (each character code one byte of UTF-8), the form in which lines are read. A line without
 * escapes is parsed into it directly, as Latin-1; one that writes `\u4e2d` holds characters and comes through here.
 */
export function byteStringsOf(value: unknown): unknown {
  if (typeof value === 'string') return Buffer.from(value, 'utf8').toString('latin1')
  if (Array.isArray(value)) return value.map(byteStringsOf)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [byteStringsOf(key) as string, byteStringsOf(inner)]))
}
