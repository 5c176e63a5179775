import { type Calendar, DAY, HOUR, MINUTE } from './calendar.ts'
import type { Random } from './random.ts'

/** Kinds of business, by share of settlements (scale 5.2); ER, maternity and day surgery make up the "other" 7.4 %. */
export type Business = 'PHARM' | 'OP' | 'IPT' | 'CHRONIC' | 'ER' | 'MAT_OP' | 'DAYSURG'

interface Habit {
  readonly business: Business
  readonly share: number
  /** Weights from Sunday to Saturday. */
  readonly week: readonly number[]
  /** When it happens (for stays: when they begin): from, to (minutes of the day), weight. */
  readonly hours: readonly (readonly [from: number, to: number, weight: number])[]
}

const OFFICE_WEEK = [0.55, 1.25, 1.12, 1.05, 1.03, 1.05, 0.7]
const SHOP_WEEK = [0.98, 1.05, 1, 0.98, 0.98, 1, 1.02]
const EVERY_DAY = [1, 1, 1, 1, 1, 1, 1]
const at = (hour: number, minute = 0) => hour * 60 + minute

const OFFICE_HOURS = [
  [at(8), at(11, 30), 62],
  [at(11, 30), at(14), 6],
  [at(14), at(17), 30],
  [at(17), at(18), 2],
] as const
const SHOP_HOURS = [
  [at(8, 15), at(11, 30), 38],
  [at(11, 30), at(14), 13],
  [at(14), at(17), 27],
  [at(17), at(20), 18],
  [at(20), at(21, 30), 4],
] as const

const HABITS: readonly Habit[] = [
  { business: 'PHARM', share: 0.471, week: SHOP_WEEK, hours: SHOP_HOURS },
  { business: 'OP', share: 0.353, week: OFFICE_WEEK, hours: OFFICE_HOURS },
  {
    business: 'IPT',
    share: 0.053,
    week: OFFICE_WEEK,
    hours: [
      [at(8, 30), at(11, 30), 60],
      [at(14), at(17), 40],
    ],
  },
  { business: 'CHRONIC', share: 0.049, week: OFFICE_WEEK, hours: OFFICE_HOURS },
  {
    business: 'ER',
    share: 0.041,
    week: EVERY_DAY,
    hours: [
      [0, at(8), 15],
      [at(8), at(18), 45],
      [at(18), at(24), 40],
    ],
  },
  { business: 'MAT_OP', share: 0.018, week: OFFICE_WEEK, hours: OFFICE_HOURS },
  { business: 'DAYSURG', share: 0.015, week: OFFICE_WEEK, hours: [[at(7, 30), at(9, 30), 100]] },
]

interface Slot {
  readonly business: Business
  /** Seconds of the calendar. */
  readonly at: number
}

/** When each of `settlements` takes its beginning, day by day and in order. */
export function* slots(settlements: number, days: number, calendar: Calendar, random: Random): Generator<Slot> {
  const totals = apportion(settlements)
  const weeks = HABITS.map((habit) => Array.from({ length: days }, (_, day) => habit.week[calendar.weekday(day)]!))
  const sums = weeks.map((week) => week.reduce((sum, weight) => sum + weight, 0))
  const elapsed = HABITS.map(() => 0)
  for (let day = 0; day < days; day++) {
    const moments: number[] = []
    for (let kind = 0; kind < HABITS.length; kind++) {
      const share = totals[kind]! / sums[kind]!
      const before = Math.round(elapsed[kind]! * share)
      elapsed[kind] = elapsed[kind]! + weeks[kind]![day]!
      const count = Math.round(elapsed[kind]! * share) - before
      for (let i = 0; i < count; i++) moments.push(moment(HABITS[kind]!, random) * HABITS.length + kind)
    }
    for (const packed of Float64Array.from(moments).sort()) {
      yield { business: HABITS[packed % HABITS.length]!.business, at: day * DAY + Math.floor(packed / HABITS.length) }
    }
  }
}

/** Whole numbers by share that add up to `settlements`. */
function apportion(settlements: number): number[] {
  const totals = HABITS.map((habit) => Math.floor(settlements * habit.share))
  totals[0] = totals[0]! + settlements - totals.reduce((sum, total) => sum + total, 0)
  return totals
}

/** A second of the day. */
function moment(habit: Habit, random: Random): number {
  let weight = random.next() * 100
  for (const [from, to, part] of habit.hours) {
    if (weight < part) return Math.min(from * MINUTE + random.below((to - from) * MINUTE), 24 * HOUR - 1)
    weight -= part
  }
  return habit.hours[0]![0] * MINUTE
}
