/** Identity card (18 characters), mobile telephone, bank or insurance card (16 or 19 digits). Ids of settlements begin with a letter. */
const PERSONAL = /(?<![0-9A-Za-z])(?:\d{17}[\dXx]|1[3-9]\d{9}|\d{16}|\d{19})(?![0-9A-Za-z])/

/**
 * Whether a text names a person by a number: of the usual forms, or one of those that are known to belong to persons. What
 * people write is kept for years and shown to many; who is meant stands in the alert, masked.
 */
export function namesPerson(text: string, known: Iterable<string> = []): boolean {
  if (PERSONAL.test(text)) return true
  for (const number of known) if (number.length >= 6 && text.includes(number)) return true
  return false
}
