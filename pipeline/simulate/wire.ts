/**
 * Text as it goes over the wire: UTF-8 bytes carried in a Latin-1 string. Lines built from such pieces stay one byte per
 * character, however much Chinese they hold, and are written by copying instead of encoding (six times faster on long stays).
 */
export function wire(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** The same text as one piece: a text that was put together would be walked piece by piece in every line that it becomes part of. */
export function inOnePiece(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}

export function unwire(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8')
}

const CENTS = Array.from({ length: 100 }, (_, cent) => (cent < 10 ? `.0${cent}` : `.${cent}`))

/** Fen as a JSON number of yuan with two decimals. */
export function yuan(fen: number): string {
  if (fen < 0) return `-${yuan(-fen)}`
  const whole = Math.floor(fen / 100)
  return whole + CENTS[fen - whole * 100]!
}

const FIVE_DIGITS = Array.from({ length: 100_000 }, (_, value) => String(value).padStart(5, '0'))

/** Ten digits with leading zeros. */
export function tenDigits(value: number): string {
  const high = Math.floor(value / 100_000)
  return FIVE_DIGITS[high]! + FIVE_DIGITS[value - high * 100_000]!
}
