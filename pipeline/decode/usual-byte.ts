/** Where something would end that is not usual. */
export const NOT_USUAL = -1

export const QUOTE = 34
const BACKSLASH = 92
export const SPACE = 32
export const COMMA = 44
export const COLON = 58
export const DOT = 46
export const MINUS = 45
export const ZERO = 48
export const NINE = 57
export const OPEN = 123
export const CLOSE = 125
export const OPEN_LIST = 91
export const CLOSE_LIST = 93
export const NULL = 110

export function startsWith(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let i = 0; i < expected.length; i++) if (bytes[at + i] !== expected[i]) return false
  return true
}

/** Where the string ends that began before `at`; an escape or a control character is not usual. */
export function endOfString(bytes: Uint8Array, at: number, limit: number): number {
  for (let p = at; p < limit; p++) {
    const byte = bytes[p]!
    if (byte === QUOTE) return p
    if (byte === BACKSLASH || byte < SPACE) return NOT_USUAL
  }
  return NOT_USUAL
}

export function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - ZERO
  const ones = bytes[at + 1]! - ZERO
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}
