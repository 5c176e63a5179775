import { MINUTE } from './calendar.ts'
import {
  ACUTE_DRUGS,
  CHILDREN_SYRUP,
  CHRONIC_DRUGS,
  CONSULTATION,
  EMERGENCY_CONSULTATION,
  EXAMINATIONS,
  GYNAECOLOGY,
  LABORATORY,
  PRENATAL_CHECK,
  PROSTATE,
} from './catalogue.ts'
import type { Doctor, Institution } from './institution.ts'
import { type Item, usualCharge } from './item.ts'
import type { Person } from './person.ts'
import type { Random } from './random.ts'
import { type Line, NO_CODES } from './settlement.ts'

/** Who serves and where: everything a basket needs beside its moment. */
export interface Counter {
  readonly random: Random
  readonly institution: Institution
  readonly doctor: Doctor | undefined
  /** Trace codes for so many packages of an item. */
  readonly codesFor: (item: Item, packages: number) => readonly string[]
}

/** Fillings of the outpatient classes; means of 2.2, 5, 6 and about 4 fee lines (scale 5.2). */
const PHARMACY_LINES = [1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5]
const LAB_LINES = [0, 0, 1, 1, 1, 2, 2, 3, 3, 4]
const DRUG_LINES = [1, 1, 2, 2, 2, 3, 3, 3, 3, 4]
/** Emergency prescriptions last three days at most. */
const EMERGENCY_DRUGS = ACUTE_DRUGS.filter((item) => item.pack_days! <= 3)
const EXAMINATION_SHARE = 0.2
const ONE_SEX_SHARE = 0.03

export function pharmacyLines(counter: Counter, at: number): Line[] {
  const drugs = distinct(counter.random, ACUTE_DRUGS, counter.random.pick(PHARMACY_LINES))
  return drugs.map((item) => sold(counter, item, at, ''))
}

export function outpatientLines(counter: Counter, person: Person, from: number, to: number): Line[] {
  const { random } = counter
  const done: Item[] = [CONSULTATION, ...distinct(random, LABORATORY, random.pick(LAB_LINES))]
  if (random.chance(EXAMINATION_SHARE)) done.push(random.pick(EXAMINATIONS))
  if (person.age >= 30 && random.chance(ONE_SEX_SHARE)) done.push(person.gend === '2' ? GYNAECOLOGY : PROSTATE)
  const drugs = distinct(random, ACUTE_DRUGS, random.pick(DRUG_LINES))
  if (person.age < 11) drugs.push(CHILDREN_SYRUP)
  return visitLines(counter, done, drugs, from, to)
}

export function chronicLines(counter: Counter, disease: number, from: number, to: number): Line[] {
  const { random } = counter
  const labs = distinct(random, LABORATORY, random.between(1, 3))
  return visitLines(counter, [CONSULTATION, ...labs], distinct(random, CHRONIC_DRUGS[disease]!, random.between(2, 4)), from, to)
}

export function emergencyLines(counter: Counter, from: number, to: number): Line[] {
  const { random } = counter
  const labs = distinct(random, LABORATORY, random.below(3))
  return visitLines(counter, [EMERGENCY_CONSULTATION, ...labs], distinct(random, EMERGENCY_DRUGS, random.between(1, 2)), from, to)
}

export function prenatalLines(counter: Counter, from: number, to: number): Line[] {
  const labs = distinct(counter.random, LABORATORY, counter.random.between(1, 3))
  return visitLines(counter, [CONSULTATION, PRENATAL_CHECK, ...labs], [], from, to)
}

/** Longest supply (days) in a basket: nobody comes back for more before it is nearly used up. */
export function supplyDays(lines: readonly Line[]): number {
  let longest = 0
  for (const { charge } of lines) longest = Math.max(longest, (charge.item.pack_days ?? 0) * charge.cnt)
  return longest
}

function visitLines(counter: Counter, done: readonly Item[], drugs: readonly Item[], from: number, to: number): Line[] {
  const step = Math.max(1, Math.floor((to - from - 2 * MINUTE) / (done.length + drugs.length)))
  let at = from + MINUTE
  const lines: Line[] = []
  for (const item of done) {
    lines.push({
      charge: usualCharge(item, counter.institution.tier, 1, false),
      at,
      rxno: '',
      doctor: counter.doctor,
      codes: NO_CODES,
    })
    at += step
  }
  for (const item of drugs) {
    lines.push(sold(counter, item, at, 'R1'))
    at += step
  }
  return lines
}

function sold(counter: Counter, item: Item, at: number, rxno: string): Line {
  const cnt = item.pack_days! <= 4 && counter.random.chance(0.4) && !EMERGENCY_DRUGS.includes(item) ? 2 : 1
  return {
    charge: usualCharge(item, counter.institution.tier, cnt, false),
    at,
    rxno,
    doctor: counter.doctor,
    codes: counter.codesFor(item, cnt),
  }
}

const stridesByLength = new Map<number, number[]>()

/** `count` different entries of a list, by walking it with a stride that has no common divisor with its length. */
export function distinct<T>(random: Random, list: readonly T[], count: number): T[] {
  let strides = stridesByLength.get(list.length)
  if (strides === undefined) {
    strides = Array.from({ length: list.length }, (_, i) => i).filter((i) => divisor(i, list.length) === 1)
    stridesByLength.set(list.length, strides)
  }
  const stride = random.pick(strides)
  let at = random.below(list.length)
  const picked: T[] = []
  for (let i = 0; i < count && i < list.length; i++) {
    picked.push(list[at]!)
    at = (at + stride) % list.length
  }
  return picked
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b)
}
