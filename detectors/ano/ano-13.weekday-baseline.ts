import type { Day } from '../../schemas/time.ts'

/** One day's values by name. */
export interface DayValues {
  readonly day: Day
  readonly values: Readonly<Record<string, number>>
}

export interface Expectation {
  readonly mean: number
  /** How far days lie from their mean by chance. */
  readonly sigma: number
  /** How far the mean itself may be wrong, being of few days. */
  readonly error: number
}

const WEEK = 7
/** Scatter of a quantity that is known from a few days: a tenth of it at least. */
const LEAST_SCATTER = 0.1

/**
 * What a day of the week usually brings, from the days before: their mean on that weekday (on all days, where that weekday is
 * not among them), and how far days lie from their own weekday's mean.
 * @param variance what a day's value scatters by itself at least, where it is a number or a sum of things that come by chance
 */
export function expectationOf(
  days: readonly DayValues[],
  day: Day,
  name: string,
  variance: (expected: number) => number,
): Expectation {
  const valuesOn = (weekday: number) => days.filter((known) => known.day % WEEK === weekday).map((known) => known.values[name]!)
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  const same = valuesOn(day % WEEK)
  const like = same.length > 0 ? same : days.map((known) => known.values[name]!)
  const expected = mean(like)
  let [squares, freedom] = [0, 0]
  for (let weekday = 0; weekday < WEEK; weekday++) {
    const values = valuesOn(weekday)
    const middle = mean(values)
    squares += values.reduce((sum, value) => sum + (value - middle) ** 2, 0)
    freedom += Math.max(0, values.length - 1)
  }
  const scatter = Math.sqrt(squares / Math.max(1, freedom))
  const least = Math.max(1, LEAST_SCATTER * expected, Math.sqrt(variance(expected)))
  const sigma = Math.max(scatter, least)
  return { mean: expected, sigma, error: sigma / Math.sqrt(Math.max(1, like.length)) }
}
