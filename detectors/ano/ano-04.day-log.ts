import type { SkipReason } from '../../schemas/errors.ts'
import { DAY, type Day, type Instant, MINUTE, SECOND, startOfDay } from '../../schemas/time.ts'
import {
  type Context,
  type Finding,
  type Part,
  type Space,
  type Step,
  UNCHANGED,
  type Visit,
  type Voidable,
} from '../detector.ts'
import { inTime } from '../kit/parts/remembered.ts'
import { type Entry, NOTHING_HOLDS } from '../kit/parts/window.ts'
import { FIELD, ROW, rowsIn, withoutRow, written } from '../kit/plain/rows.ts'

/** One settlement of the day: what it is known by, when it was, and what the rule wrote down of it. */
export interface Row extends Entry {
  readonly fields: readonly string[]
}

/** A rule on all settlements that one key has on one calendar day, judged when the day is over. */
export interface DayLogRule<V, P> {
  readonly name?: string
  readonly space: Space
  root(visit: Visit): string
  /** The day on which the settlement counts. */
  day(visit: Visit): Day
  concerns(visit: Visit, context: Context<P>): boolean
  /** What to write down of a settlement. */
  write(visit: Visit, context: Context<P>): readonly (string | number)[] | SkipReason | undefined
  /** Judges the whole day; the rows come by time and id. */
  judge(rows: readonly Row[], day: Day, context: Context<P>): readonly Finding<V>[]
  /** How long after its end the day is kept, so that a void can still change it, milliseconds. */
  readonly keep: number
}

/** The day, and its rows one after another as text: long days are appended to and stored in no time. */
export interface DayLog {
  readonly day: Day
  readonly text: string
}

/** Outpatient settlements are minutes late at most (contract, "Time and order"). */
const LATENESS = 10 * MINUTE

export function dayLogRule<V, P>(rule: DayLogRule<V, P>): Part<Visit, DayLog, V, P> {
  const closes = (day: Day) => startOfDay(day + 1) + LATENESS

  function stepOf(log: DayLog, context: Context<P>): Step<DayLog, V> {
    const { day, text } = log
    if (text === '') return { state: undefined, holds: NOTHING_HOLDS }
    const wakeAt = closes(day)
    const forgetAt = wakeAt + rule.keep
    if (context.watermark < wakeAt) return { state: log, wakeAt, forgetAt }
    return { state: log, holds: rule.judge(settlementsIn(log), day, context), forgetAt }
  }

  return {
    name: rule.name ?? '',
    on: ['settlement'],
    space: rule.space,
    root: rule.root,
    key: (visit) => String(rule.day(visit)),
    concerns: rule.concerns,
    memoryless: false,
    form: {
      pack: ({ day, text }) => [day, text],
      unpack: ([day, text]: [Day, string]) => ({ day, text }),
    },
    initial: () => NO_LOG,
    onEvent(log, visit, context) {
      const fields = rule.write(visit, context)
      if (fields === undefined) return UNCHANGED
      if (typeof fields === 'string') return { unchanged: true, state: undefined, skipped: fields as SkipReason }
      const day = rule.day(visit)
      return stepOf({ day, text: log.text + rowOf(visit, day, fields) }, context)
    },
    onVoid(log, original, context) {
      const text = withoutRow(log.text, (original as Voidable & Visit).setl_id)
      return text === log.text ? UNCHANGED : stepOf({ day: log.day, text }, context)
    },
    onTime: stepOf,
  }
}

const NO_LOG: DayLog = { day: 0, text: '' }

function rowOf({ setl_id, setl_time }: Visit, day: Day, fields: readonly (string | number)[]): string {
  const seconds = (setl_time - startOfDay(day)) / SECOND
  let row = written(setl_id) + FIELD + seconds
  for (const field of fields) row += FIELD + (typeof field === 'number' ? field : written(field))
  return row + ROW
}

function settlementsIn({ day, text }: DayLog): readonly Row[] {
  const midnight: Instant = startOfDay(day)
  return rowsIn(text)
    .map(([id, seconds, ...fields]) => ({ id: id!, at: midnight + Math.round(Number(seconds) * SECOND), fields }))
    .sort(inTime)
}

/** How long most rules of a day can still be changed by a void (card: TTL 3 d). */
export const THREE_DAYS = 3 * DAY
