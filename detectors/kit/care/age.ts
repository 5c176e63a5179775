import { type Day, formatDay } from '../../../schemas/time.ts'

/** Completed years of life on a day; who was born on 29 February completes a year on 1 March where there is no such day. */
export function completedYears(brdy: Day, on: Day): number {
  const [birth, now] = [formatDay(brdy), formatDay(on)]
  const years = Number(now.slice(0, 4)) - Number(birth.slice(0, 4))
  return now.slice(5) < birth.slice(5) ? years - 1 : years
}
