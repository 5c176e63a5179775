const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const STEPS = [
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  30 * DAY,
  90 * DAY,
]
/** Days begin at midnight in Beijing. */
const BEIJING = 8 * HOUR

export interface TimeScale {
  readonly x: (at: number) => number
  readonly ticks: readonly { readonly at: number; readonly text: string }[]
}

function tickText(at: number, step: number): string {
  const beijing = new Date(at + BEIJING).toISOString()
  return step < DAY && !beijing.startsWith('00:00', 11) ? beijing.slice(11, 16) : beijing.slice(5, 10)
}

/** Maps times to pixels and says where to write which time, at most one word per `wordWidth` pixels. */
export function timeScale(from: number, to: number, left: number, right: number, wordWidth = 72): TimeScale {
  const span = Math.max(to - from, MINUTE)
  const x = (at: number) => left + ((at - from) / span) * (right - left)
  const most = Math.max(1, Math.floor((right - left) / wordWidth))
  const step = STEPS.find((one) => span / one <= most) ?? Math.ceil(span / most / DAY) * DAY
  const first = Math.ceil((from + BEIJING) / step) * step - BEIJING
  const ticks = []
  for (let at = first; at <= to; at += step) ticks.push({ at, text: tickText(at, step) })
  return { x, ticks }
}
