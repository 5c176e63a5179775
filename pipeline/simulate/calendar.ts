const DAY_MS = 86_400_000
export const DAY = 86_400
export const HOUR = 3_600
export const MINUTE = 60

/** Times of the day by second, each with a leading blank. */
const TIME_OF_DAY = Array.from({ length: DAY }, (_, second) => {
  const two = (value: number) => String(value).padStart(2, '0')
  return ` ${two(Math.floor(second / HOUR))}:${two(Math.floor(second / MINUTE) % 60)}:${two(second % 60)}`
})

/** Simulated time: whole seconds since midnight (Asia/Shanghai) of the first day. Days before it are negative. */
export class Calendar {
  private readonly firstDay: number
  private readonly names = new Map<number, string>()

  /** `start` is a day, `yyyy-MM-dd`. */
  constructor(start: string) {
    const first = Date.parse(`${start}T00:00:00Z`)
    if (!/^\d{4}-\d{2}-\d{2}$/.test(start) || Number.isNaN(first))
      throw new RangeError(`start must be a day, yyyy-MM-dd: ${start}`)
    this.firstDay = first / DAY_MS
  }

  /** `yyyy-MM-dd` of the n-th day. */
  day(index: number): string {
    let name = this.names.get(index)
    if (name === undefined) {
      name = new Date((this.firstDay + index) * DAY_MS).toISOString().slice(0, 10)
      this.names.set(index, name)
    }
    return name
  }

  /** `yyyy-MM-dd HH:mm:ss`. */
  text(second: number): string {
    const day = Math.floor(second / DAY)
    return this.day(day) + TIME_OF_DAY[second - day * DAY]!
  }

  /** 0 is Sunday. */
  weekday(index: number): number {
    return (((this.firstDay + index + 4) % 7) + 7) % 7
  }

  /** The birthday of somebody who is `years` old on the first day and turned so `daysAgo` days before it. */
  birthday(years: number, daysAgo: number): string {
    const latest = this.day(-daysAgo)
    const monthDay = latest.slice(4)
    return `${Number(latest.slice(0, 4)) - years}${monthDay === '-02-29' ? '-02-28' : monthDay}`
  }
}
