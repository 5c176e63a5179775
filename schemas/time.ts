/**
 * Time in fundwatch: an `Instant` is epoch milliseconds, a `Day` is the number of calendar days since 1970-01-01 in
 * Asia/Shanghai. The zone is taken as a fixed +08:00: no daylight saving has been in force there since 1991.
 */
export type Instant = number
export type Day = number

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
const SHANGHAI = 8 * HOUR

/** The calendar day (Asia/Shanghai) that holds the instant. */
export function dayOf(at: Instant): Day {
  return Math.floor((at + SHANGHAI) / DAY)
}

/** Midnight (Asia/Shanghai) that begins the day. */
export function startOfDay(day: Day): Instant {
  return day * DAY - SHANGHAI
}

/** Hour of the day, 0 to 23, Asia/Shanghai. */
export function hourOf(at: Instant): number {
  return Math.floor(((((at + SHANGHAI) % DAY) + DAY) % DAY) / HOUR)
}

/** Days are few and asked for again and again: each is written once. */
const written = new Map<Day, string>()
const MOST_WRITTEN = 50_000

/** `yyyy-MM-dd` of a day. */
export function formatDay(day: Day): string {
  let text = written.get(day)
  if (text === undefined) {
    text = new Date(day * DAY).toISOString().slice(0, 10)
    if (written.size >= MOST_WRITTEN) written.clear()
    written.set(day, text)
  }
  return text
}

/** ISO 8601 with `+08:00`, the form of every time that leaves the product. */
export function formatInstant(at: Instant): string {
  return `${new Date(at + SHANGHAI).toISOString().slice(0, 19)}+08:00`
}

const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function daysFromCivil(year: number, month: number, day: number): number {
  if (month < 1 || month > 12 || day < 1 || day > DAYS_IN_MONTH[month - 1]!) return Number.NaN
  if (month === 2 && day === 29 && (year % 4 !== 0 || (year % 100 === 0 && year % 400 !== 0))) return Number.NaN
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

function digits(text: string, from: number, to: number): number {
  let value = 0
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit < 0 || digit > 9) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

/** Reads `yyyy-MM-dd`, also at the head of a longer time; NaN where it is no date. */
export function parseDay(written: string): Day {
  const text = isBasic(written) ? withMarks(written) : written
  if (text.length < 10 || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return Number.NaN
  return daysFromCivil(digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10))
}

const TAIL = /^(?:[.,](\d{1,9}))?(Z|[+-]\d{2}(?::?\d{2})?)?$/
/** ISO 8601 without marks between the digits: taken only with an offset, for bare digits could be anything. */
const BASIC = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(?:(\d{2})((?:[.,]\d{1,9})?))?(Z|[+-]\d{2}(?::?\d{2})?)$/

function isBasic(text: string): boolean {
  return text.length > 13 && text.charCodeAt(8) === 84
}

function withMarks(text: string): string {
  return text.replace(BASIC, (_, year, month, day, hour, minute, second = '00', fraction = '', zone) => {
    return `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}${zone}`
  })
}

/**
 * Reads `yyyy-MM-dd HH:mm:ss` (Asia/Shanghai), ISO 8601 with an offset, or a bare `yyyy-MM-dd` (its midnight);
 * NaN where it is no time.
 */
export function parseInstant(written: string): Instant {
  const text = isBasic(written) ? withMarks(written) : written
  const day = parseDay(text)
  if (text.length === 10) return startOfDay(day)
  const separator = text.charCodeAt(10)
  if (separator !== 32 && separator !== 84) return Number.NaN
  if (text.length < 16 || text.charCodeAt(13) !== 58) return Number.NaN
  const hour = digits(text, 11, 13)
  const minute = digits(text, 14, 16)
  const withSeconds = text.length >= 19 && text.charCodeAt(16) === 58
  const second = withSeconds ? digits(text, 17, 19) : 0
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN
  const local = day * DAY + hour * HOUR + minute * MINUTE + second * SECOND
  const end = withSeconds ? 19 : 16
  if (text.length === end) return local - SHANGHAI
  const tail = TAIL.exec(text.slice(end))
  if (!tail) return Number.NaN
  const fraction = tail[1] ? Math.floor(Number(`0.${tail[1]}`) * 1000) : 0
  return local + fraction - offsetOf(tail[2])
}

function offsetOf(zone: string | undefined): number {
  if (zone === undefined) return SHANGHAI
  if (zone === 'Z') return 0
  const sign = zone.startsWith('-') ? -1 : 1
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.length > 3 ? zone.slice(-2) : 0)
  return hours <= 23 && minutes <= 59 ? sign * (hours * HOUR + minutes * MINUTE) : Number.NaN
}
