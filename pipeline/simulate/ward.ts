import { distinct } from './basket.ts'
import { DAY, HOUR, MINUTE } from './calendar.ts'
import {
  ACUTE_DRUGS,
  CATARACT_SURGERY,
  DELIVERY,
  IMAGING,
  LABORATORY,
  LAPAROSCOPY,
  NURSING,
  SUPPLIES,
  TREATMENTS,
  WARD,
  WARD_BED,
  WARD_ROUND,
} from './catalogue.ts'
import type { Doctor, Institution } from './institution.ts'
import { type Item, usualCharge } from './item.ts'
import type { Random } from './random.ts'
import { type Line, NO_CODES } from './settlement.ts'

/** A stay from admission to discharge, seconds of the calendar. */
export interface Stay {
  readonly begntime: number
  readonly endtime: number
  readonly institution: Institution
  readonly doctor: Doctor
}

/** Daily fillings of an ordinary ward, chosen so that a stay of mean length has about 250 fee lines. */
const DRUGS_A_DAY = 12
const TREATMENTS_A_DAY = 8
const SUPPLIES_A_DAY = 6
const FIRST_DAY_LABS = 16
const DRUGS_PER_PRESCRIPTION = 4
const IMAGING_SHARE = 0.4

function stayDays(begntime: number, endtime: number): number {
  return Math.max(1, Math.floor(endtime / DAY) - Math.floor(begntime / DAY))
}

/** The fee lines of an ordinary stay: bed, nursing and ward round for each stay day, care on all of them, lines seconds apart. */
export function wardLines(random: Random, stay: Stay, codesFor: (item: Item, packages: number) => readonly string[]): Line[] {
  const lines: Line[] = []
  const first = Math.floor(stay.begntime / DAY)
  const days = stayDays(stay.begntime, stay.endtime)
  const regimen = distinct(random, WARD, DRUGS_A_DAY)
  for (let day = 0; day < days; day++) {
    const clock = new WardClock(random, day === 0 ? stay.begntime + 5 * MINUTE : (first + day) * DAY + 7 * HOUR, stay.endtime)
    for (const item of [WARD_BED, NURSING, WARD_ROUND]) lines.push(done(stay, item, 1, clock.next()))
    if (day === 0) for (const item of distinct(random, LABORATORY, FIRST_DAY_LABS)) lines.push(done(stay, item, 1, clock.next()))
    if (day === 1 && random.chance(IMAGING_SHARE)) lines.push(done(stay, random.pick(IMAGING), 1, clock.next()))
    if (day % 3 === 2) for (const item of distinct(random, LABORATORY, 5)) lines.push(done(stay, item, 1, clock.next()))
    for (let i = 0; i < regimen.length; i++) {
      const rxno = `R${day + 1}-${Math.floor(i / DRUGS_PER_PRESCRIPTION) + 1}`
      lines.push({ ...done(stay, regimen[i]!, 1 + (i & 1), clock.next()), rxno })
    }
    for (const item of distinct(random, TREATMENTS, TREATMENTS_A_DAY)) {
      lines.push(done(stay, item, item.unit === '小时' ? random.between(2, 12) : random.between(1, 2), clock.next()))
    }
    for (const item of distinct(random, SUPPLIES, SUPPLIES_A_DAY))
      lines.push(done(stay, item, random.between(1, 3), clock.next()))
  }
  const goingHome = distinct(random, ACUTE_DRUGS, random.between(0, 2))
  goingHome.forEach((item, i) => {
    const charge = usualCharge(item, stay.institution.tier, 1, false)
    const at = stay.endtime - 30 * MINUTE + i
    lines.push({ charge, at, rxno: 'R-H', doctor: stay.doctor, codes: codesFor(item, 1) })
  })
  return lines
}

/** What ordinary stays are charged, for scenes that charge everything themselves. */
export function allWardItems(): readonly Item[] {
  return [WARD_BED, NURSING, WARD_ROUND, ...LABORATORY, ...IMAGING, ...WARD, ...TREATMENTS, ...SUPPLIES, ...ACUTE_DRUGS]
}

/** Day surgery: one bed day, one operation, a handful of lines. */
export function daySurgeryLines(random: Random, stay: Stay): Line[] {
  const items = [WARD_BED, CATARACT_SURGERY, ...distinct(random, SUPPLIES, random.between(1, 3)), random.pick(WARD)]
  return items.map((item, i) => done(stay, item, 1, stay.begntime + (i + 1) * 20 * MINUTE))
}

export const deliveryLine = (stay: Stay): Line => done(stay, DELIVERY, 1, stay.begntime + 3 * HOUR)
export const laparoscopyLine = (stay: Stay): Line => done(stay, LAPAROSCOPY, 1, stay.begntime + 30 * HOUR)

function done(stay: Stay, item: Item, cnt: number, at: number): Line {
  return { charge: usualCharge(item, stay.institution.tier, cnt, true), at, rxno: '', doctor: stay.doctor, codes: NO_CODES }
}

/** Moments of one ward day, each later than the one before and none after the discharge. */
class WardClock {
  private readonly random: Random
  private readonly end: number
  private at: number

  constructor(random: Random, from: number, end: number) {
    this.random = random
    this.at = from
    this.end = end
  }

  next(): number {
    this.at += this.random.between(20, 90)
    return Math.min(this.at, this.end)
  }
}
