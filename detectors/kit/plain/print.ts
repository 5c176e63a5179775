import type { FeeLine } from '../../../schemas/events.ts'
import { SECOND } from '../../../schemas/time.ts'

/**
 * Numbers of 48 bits for what fee lines charge: equal for equal contents, and practically never for different ones of the
 * same person. They are taken of every line there is, so they make no strings. Inside there are two words, whose bits are
 * mixed with each part of the content.
 */
const TWO_16 = 2 ** 16
const TWO_32 = 2 ** 32
/** Quantities carry four decimals. */
const DECIMALS = 1e4

/** Of what one line charges: code, count, price, time to the second, and doctor. */
export function linePrint({ med_list_codg, cnt, pric, fee_ocur_time }: FeeLine, doctor: string): number {
  const [code, prescriber] = [textPrint(med_list_codg), textPrint(doctor)]
  const [count, second] = [Math.round(cnt * DECIMALS), Math.floor(fee_ocur_time / SECOND)]
  let high = withNumber(withNumber(code / TWO_16, prescriber / TWO_16), count)
  let low = withNumber(withNumber(code, prescriber), count)
  high = withNumber(withNumber(high, pric), second)
  low = withNumber(withNumber(low, pric), second)
  return printOf(high, low)
}

/** Of all lines' code, count and price, in whatever order. */
export function basketPrint(lines: readonly FeeLine[]): number {
  let high = lines.length
  let low = 0
  for (const { med_list_codg, cnt, pric } of lines) {
    const code = textPrint(med_list_codg)
    const count = Math.round(cnt * DECIMALS)
    high = (high + mixed(withNumber(withNumber(code / TWO_16, count), pric))) | 0
    low = (low + mixed(withNumber(withNumber(code, count), pric))) | 0
  }
  return printOf(high, low)
}

/** Of one line's code and count: 48 bits. */
export function elementPrint({ med_list_codg, cnt }: FeeLine): number {
  const code = textPrint(med_list_codg)
  const count = Math.round(cnt * DECIMALS)
  return printOf(withNumber(code / TWO_16, count), withNumber(code, count))
}

/** Of all lines' code and count, in whatever order and at whatever price. */
export function contentPrint(lines: readonly FeeLine[]): number {
  let high = lines.length
  let low = 0
  for (const line of lines) {
    const element = elementPrint(line)
    high = (high + mixed(element / TWO_16)) | 0
    low = (low + mixed(element)) | 0
  }
  return printOf(high, low)
}

/** Codes and doctors come again and again: looking a text up is quicker than reading it. */
const KNOWN = new Map<string, number>()
const MOST_KNOWN = 50_000

function textPrint(text: string): number {
  const known = KNOWN.get(text)
  if (known !== undefined) return known
  if (KNOWN.size >= MOST_KNOWN) KNOWN.clear()
  const print = printOfText(text)
  KNOWN.set(text, print)
  return print
}

/** Twice in the manner of FNV-1a, with different primes. */
function printOfText(text: string): number {
  let high = 0x811c9dc5
  let low = 0x9747b28c
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    high = Math.imul(high ^ unit, 0x01000193)
    low = Math.imul(low ^ unit, 0x85ebca6b)
  }
  return printOf(high, low)
}

function printOf(high: number, low: number): number {
  return (mixed(high) >>> 0) * TWO_16 + (mixed(low) >>> 16)
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

/** The bits below 32, and those above, which the conversion to a word would drop. */
function withNumber(word: number, number: number): number {
  return mixed(mixed(word ^ number) ^ Math.floor(number / TWO_32))
}

function mixed(word: number): number {
  let bits = Math.imul(word ^ (word >>> 15), 0x7feb352d)
  bits = Math.imul(bits ^ (bits >>> 13), 0x5bd1e995)
  return bits ^ (bits >>> 16)
}
