import type { FeeLine } from '../../schemas/events.ts'
import { SECOND } from '../../schemas/time.ts'

/**
 * Numbers of 48 bits for what fee lines charge: equal for equal contents, and practically never for different ones of the
 * same person. They are taken of every line there is, so they make no strings. Inside there are two words, hashed in the
 * manner of FNV-1a with different primes, and their bits mixed: FNV's last step is nearly linear.
 */
const BASE_A = 0x811c9dc5
const BASE_B = 0x9747b28c
const PRIME_A = 0x01000193
const PRIME_B = 0x85ebca6b
const TWO_32 = 2 ** 32
/** Quantities carry four decimals. */
const DECIMALS = 1e4
/** Where one text ends and the next begins is part of the content. */
const SEPARATOR = 0x10000

/** Of what one line charges: code, count, price, time to the second, and doctor. */
export function linePrint({ med_list_codg, cnt, pric, fee_ocur_time }: FeeLine, doctor: string): number {
  const a = withText(withText(BASE_A, med_list_codg, PRIME_A) ^ SEPARATOR, doctor, PRIME_A)
  const b = withText(withText(BASE_B, med_list_codg, PRIME_B) ^ SEPARATOR, doctor, PRIME_B)
  const [count, second] = [Math.round(cnt * DECIMALS), Math.floor(fee_ocur_time / SECOND)]
  return printOf(
    withNumber(withNumber(withNumber(a, count), pric), second),
    withNumber(withNumber(withNumber(b, count), pric), second),
  )
}

/** Of all lines' code, count and price, in whatever order. */
export function basketPrint(lines: readonly FeeLine[]): number {
  let high = lines.length
  let low = 0
  for (const { med_list_codg, cnt, pric } of lines) {
    const count = Math.round(cnt * DECIMALS)
    high = (high + mixed(withNumber(withNumber(withText(BASE_A, med_list_codg, PRIME_A), count), pric))) | 0
    low = (low + mixed(withNumber(withNumber(withText(BASE_B, med_list_codg, PRIME_B), count), pric))) | 0
  }
  return printOf(high, low)
}

function printOf(high: number, low: number): number {
  return (mixed(high) >>> 0) * 2 ** 16 + (mixed(low) >>> 16)
}

/** Prints side by side as text, eight letters each. */
export function packPrints(prints: readonly number[]): string {
  let text = ''
  for (const print of prints) text += letters(Math.floor(print / TWO_24)) + letters(print % TWO_24)
  return text
}

export function unpackPrints(text: string): readonly number[] {
  const prints: number[] = []
  for (let i = 0; i < text.length; i += 8) prints.push(bitsIn(text, i) * TWO_24 + bitsIn(text, i + 4))
  return prints
}

const TWO_24 = 2 ** 24

function letters(bits: number): string {
  return String.fromCharCode(letter(bits >>> 18), letter(bits >>> 12), letter(bits >>> 6), letter(bits))
}

/** From `#` on, without the backslash: JSON writes each as it is. */
function letter(bits: number): number {
  const code = (bits & 63) + 35
  return code < 92 ? code : code + 1
}

function bitsIn(text: string, from: number): number {
  let bits = 0
  for (let i = from; i < from + 4; i++) {
    const code = text.charCodeAt(i)
    bits = (bits << 6) | (code < 92 ? code - 35 : code - 36)
  }
  return bits
}

function withText(word: number, text: string, prime: number): number {
  let hash = word
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), prime)
  return hash
}

/** The bits below 32, and those above, which the conversion to a word would drop. */
function withNumber(word: number, number: number): number {
  return mixed(mixed(word ^ number) ^ Math.floor(number / TWO_32))
}

function mixed(word: number): number {
  let bits = Math.imul(word ^ (word >>> 15), 0x7feb352d)
  bits = Math.imul(bits ^ (bits >>> 13), 0x5bd1e995)
  return bits ^ (bits >>> 16)
}
