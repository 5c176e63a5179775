import type { Inventory } from '../../schemas/events.ts'
import { type Day, HOUR, type Instant } from '../../schemas/time.ts'
import { type Part, type Told, UNCHANGED } from '../detector.ts'
import {
  ANSWER,
  ASK,
  type Coverage,
  type Evidence,
  isReceipt,
  looks,
  type Params,
  RESULT,
  told,
  VERDICT,
} from './mgt-20.terms.ts'

const BASELINE_DAYS = 30

/** Since when an institution sends receipts, and how many of each day's codes were received. */
interface Book {
  readonly first: Instant | null
  readonly days: Record<Day, Coverage>
  /** Codes that were not received, of days that still wait for their verdict. */
  readonly open: Record<Day, string[]>
}

export const book: Part<Inventory | Told, Book, Evidence, Params> = {
  name: 'BOOK',
  on: ['inventory', 'told'],
  hears: [ASK, RESULT],
  space: 'institution',
  root: (event) => {
    if (event.kind === 'inventory') return event.fixmedins_code
    return event.topic === ASK || event.topic === RESULT ? event.of : ''
  },
  key: () => '',
  concerns: (event) => event.kind === 'told' || (isReceipt(event) && event.drug_trac_info.length > 0),
  memoryless: false,
  owned: true,
  initial: () => ({ first: null, days: {}, open: {} }),
  onEvent(known, event, { root, at, params }) {
    const wakeAt = nextVerdict(known, params)
    if (event.kind === 'inventory') {
      if (known.first !== null && known.first <= event.time) return UNCHANGED
      return { state: { first: event.time, days: known.days, open: known.open }, wakeAt }
    }
    const day = Number(event.period)
    if (event.topic === ASK) {
      const sends = known.first !== null && known.first <= (event.values as Instant)
      return { state: known.first === null ? undefined : known, wakeAt, tells: [told(ANSWER, root, day, at, sends)] }
    }
    const { trace, covered } = event.values as { trace: string; covered: boolean }
    const before = known.days[day] ?? { codes: 0, covered: 0 }
    const after = { codes: before.codes + 1, covered: before.covered + (covered ? 1 : 0) }
    known.days[day] = after
    const open = known.open[day] ?? []
    if (!covered) open.push(trace)
    known.open[day] = open
    return { state: known, wakeAt: nextVerdict(known, params) }
  },
  onTime(known, { root, at, params }) {
    const due = Object.keys(known.open)
      .map(Number)
      .filter((day) => verdictAt(day, params) <= at)
    const tells = due.flatMap((day) => {
      const coverage = coverageOf(known, day)
      if (coverage.codes < params.codes || coverage.covered < params.rate * coverage.codes) return []
      return known.open[day]!.map((trace) => told(VERDICT, trace, day, at, { institution: root, coverage }))
    })
    const newest = Math.max(...due)
    const kept = <T>(record: Readonly<Record<Day, T>>, isKept: (day: Day) => boolean) =>
      Object.fromEntries(Object.entries(record).filter(([day]) => isKept(Number(day))))
    const state: Book = {
      ...known,
      days: kept(known.days, (day) => day > newest - BASELINE_DAYS),
      open: kept(known.open, (day) => !due.includes(day)),
    }
    return { state, wakeAt: nextVerdict(state, params), tells }
  },
}

function verdictAt(day: Day, params: Params): Instant {
  return looks(day, params)[2] + HOUR
}

function nextVerdict({ open }: Book, params: Params): Instant | undefined {
  const days = Object.keys(open).map(Number)
  return days.length > 0 ? verdictAt(Math.min(...days), params) : undefined
}

/** Over what is known of the 30 days that end with this one. */
function coverageOf({ days }: Book, day: Day): Coverage {
  const known = Object.entries(days).filter(([other]) => Number(other) <= day && Number(other) > day - BASELINE_DAYS)
  const sum = (of: (coverage: Coverage) => number) => known.reduce((total, [, coverage]) => total + of(coverage), 0)
  return { codes: sum(({ codes }) => codes), covered: sum(({ covered }) => covered) }
}
