import type { FeeLine } from '../../schemas/events.ts'
import { SECOND } from '../../schemas/time.ts'

const TWO_32 = 2 ** 32
const PRIME_A = 0x01000193
const PRIME_B = 0x85ebca6b

/**
 * A number of 53 bits for what a fee line charges: code, count, price, time to the second, and doctor. Equal lines have
 * equal numbers, and of the lines of one visit different ones practically never do. It is taken of every line there is, so
 * it makes no strings.
 */
export function linePrint({ med_list_codg, cnt, pric, fee_ocur_time }: FeeLine, doctor: string): number {
  let a = 0x811c9dc5
  let b = 0x9747b28c
  for (let i = 0; i < med_list_codg.length; i++) {
    const unit = med_list_codg.charCodeAt(i)
    a = Math.imul(a ^ unit, PRIME_A)
    b = Math.imul(b ^ unit, PRIME_B)
  }
  // A separator: where the code ends and the doctor begins is part of the content.
  a = Math.imul(a ^ 0x10000, PRIME_A)
  b = Math.imul(b ^ 0x10000, PRIME_B)
  for (let i = 0; i < doctor.length; i++) {
    const unit = doctor.charCodeAt(i)
    a = Math.imul(a ^ unit, PRIME_A)
    b = Math.imul(b ^ unit, PRIME_B)
  }
  for (const number of [Math.round(cnt * 1e4), pric, Math.floor(fee_ocur_time / SECOND)]) {
    a = Math.imul(a ^ (number | 0), PRIME_A)
    b = Math.imul(b ^ Math.floor(number / TWO_32), PRIME_B)
    b = mixed(b ^ number)
  }
  return (mixed(a) >>> 0) * 2 ** 21 + (mixed(b) >>> 11)
}

function mixed(word: number): number {
  const once = Math.imul(word ^ (word >>> 16), 0x7feb352d)
  return once ^ (once >>> 15)
}
