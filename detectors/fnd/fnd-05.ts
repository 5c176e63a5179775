import type { Admission, Complaint, Discharge } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { type Fen, fenOf, yuan } from '../../schemas/money.ts'
import { DAY, type Day, dayOf, formatDay, type Instant, SECOND, startOfDay } from '../../schemas/time.ts'
import {
  BEFORE_TIME,
  type Context,
  defineDetector,
  type Finding,
  type Part,
  type Step,
  type Told,
  UNCHANGED,
  type Visit,
} from '../detector.ts'
import { completedYears } from '../kit/age.ts'
import { dayAfterMonth, endOfMonth, firstDayOf, isWorkday, monthOf, monthsAfter } from '../kit/calendar.ts'
import { STAY_FORM } from '../kit/packed-stay.ts'
import { inTime } from '../kit/remembered.ts'
import { type Stay, type StayEntry, stayEntry, staysOf } from '../kit/stay.ts'
import { byDefault } from '../params.ts'
import type { ReferenceView } from '../reference.ts'

/** What a hospital's day counts, by place in its row. */
const COLUMNS = [
  'admitted',
  'aged',
  'old',
  'discharged',
  'sent_away',
  'back_elsewhere',
  'weighed',
  'weight',
  'complaints',
  'fund',
] as const
type Column = (typeof COLUMNS)[number]
type Counts = Partial<Record<Column, number>>

/** What of a stay changed for a hospital's days. */
type Change = readonly [day: Day, column: Column, change: number]

interface StayWord extends StayEntry {
  /** At the begin; `null` where the date of birth is not known. */
  readonly age: number | null
  /** Of the payment group; `null` where it is not known. */
  readonly weight: number | null
}

/** A person's stays, and what has been told of each: institution, day and column, and how much. */
interface Person {
  readonly words: readonly StayWord[]
  readonly told: Readonly<Record<string, number>>
}

interface Hospital {
  readonly days: Record<string, Counts>
  /** Inpatient settlements: id and second. */
  readonly stays: [setl_id: string, second: number][]
  /** Months of which a finding holds. */
  held: readonly string[]
  admdvs: string
}

interface Signal {
  readonly name: 'admissions' | 'severity' | 'sent_away' | 'back_elsewhere' | 'complaints'
  readonly before: number
  readonly after: number
}

interface Evidence {
  readonly fixmedins_code: string
  readonly month: string
  readonly quota: number
  /** The day on which the budget was spent to this share. */
  readonly reached_on: string
  readonly burn: number
  readonly before_days: number
  readonly after_days: number
  readonly signals: readonly Signal[]
}

interface Params {
  readonly burn: number
  readonly baseline_days: number
  readonly known_days: number
  readonly after_days: number
  readonly admissions: number
  readonly severity: number
  readonly factor: number
  readonly old_years: number
  readonly back_days: number
  readonly least_expected: number
  readonly least_cases: number
  readonly least_signals: number
}

const TOPIC = 'FND-05/stays'
/** 医嘱转院, 非医嘱离院. */
const SENT_AWAY = new Set(['2', '4'])
/** A readmission may be three days later, and be told 72 hours after. */
const CLOSED_AFTER = 6 * DAY
const STAYS_KEPT = 180 * DAY
const DAYS_KEPT = 140
const NAMED = 500

function quotaOf(fixmedins_code: string, at: Instant, reference: ReferenceView): Fen | undefined {
  const quota = reference.find('budget', `${fixmedins_code}:${monthOf(dayOf(at))}`, at)?.row.quota
  return quota ? fenOf(quota) : undefined
}

/** Whether the month has a budget, or one to whose baseline the day belongs: budgets may be known for that month alone. */
function hasBudgetAhead(fixmedins_code: string, at: Instant, { params, reference }: Context<Params>): boolean {
  if (quotaOf(fixmedins_code, at, reference) !== undefined) return true
  const day = dayOf(at)
  for (let month = monthsAfter(monthOf(day), 1); firstDayOf(month) - day < params.baseline_days; month = monthsAfter(month, 1))
    if (quotaOf(fixmedins_code, startOfDay(firstDayOf(month)), reference) !== undefined) return true
  return false
}

function wordOf(event: Visit | Admission | Discharge, { reference }: Context<Params>): StayWord | undefined {
  const entry = stayEntry(event)
  if (!entry) return undefined
  const brdy = event.kind === 'discharge' ? undefined : event.brdy
  const age = brdy === undefined ? null : completedYears(brdy, dayOf(entry.begntime ?? entry.at))
  const drg = event.kind === 'settlement' && !entry.mid ? event.drg_code : ''
  const weight = (drg && reference.find('drg', drg, entry.begntime ?? entry.at)?.row.weight) || null
  return { ...entry, age, weight }
}

/** What a person's stays mean for the days of the hospitals: `institution|day|column` to how much. */
function meaningOf(words: readonly StayWord[], { old_years, back_days }: Params): Record<string, number> {
  const meaning: Record<string, number> = {}
  const stays = staysOf(words)
  const put = (code: string, day: Day, counts: Counts) => {
    for (const [column, value] of Object.entries(counts)) {
      const key = `${code}|${day}|${column}`
      meaning[key] = (meaning[key] ?? 0) + value
    }
  }
  for (const stay of stays) {
    const told = words.filter(({ mdtrt_id }) => mdtrt_id === stay.mdtrt_id)
    const age = told.find((word) => word.age !== null)?.age ?? undefined
    const old = age === undefined ? {} : { aged: 1, old: age >= old_years ? 1 : 0 }
    put(stay.fixmedins_code, dayOf(stay.begntime), { admitted: 1, ...old })
    if (stay.endtime === undefined) continue
    const weight = told.find((word) => word.weight !== null)?.weight ?? undefined
    const weighed = weight === undefined ? {} : { weighed: 1, weight }
    put(stay.fixmedins_code, dayOf(stay.endtime), {
      discharged: 1,
      sent_away: SENT_AWAY.has(stay.dscg_way) ? 1 : 0,
      back_elsewhere: isBackElsewhere(stay, stays, back_days) ? 1 : 0,
      ...weighed,
    })
  }
  return meaning
}

function isBackElsewhere({ endtime, fixmedins_code }: Stay, stays: readonly Stay[], days: number): boolean {
  return stays.some((next) => {
    const later = dayOf(next.begntime) - dayOf(endtime!)
    return next.fixmedins_code !== fixmedins_code && next.begntime >= endtime! && later <= days
  })
}

/** Who was admitted where, and what became of it; told to the hospitals as changes of their days. */
const persons: Part<Visit | Admission | Discharge, Person, Evidence, Params> = {
  name: 'STAYS',
  on: ['settlement', 'admission', 'discharge'],
  space: 'person',
  root: ({ psn_no }) => psn_no,
  key: () => '',
  memoryless: false,
  concerns(event, context) {
    if (event.kind === 'settlement' && !isInpatient(event.med_class)) return false
    // Hospitals without a budget cannot exceed it.
    return hasBudgetAhead(event.fixmedins_code, timeOf(event), context)
  },
  form: {
    pack: ({ words, told }) => [words.map((word) => [STAY_FORM.pack(word), word.age, word.weight]), told],
    unpack: ([words, told]: [[unknown, number | null, number | null][], Record<string, number>]) => ({
      words: words.map(([entry, age, weight]) => ({ ...STAY_FORM.unpack(entry), age, weight })),
      told,
    }),
  },
  initial: () => ({ words: [], told: {} }),
  onEvent(person, event, context) {
    const word = wordOf(event, context)
    if (!word) return UNCHANGED
    return retold(person, [...person.words.filter(({ id }) => id !== word.id), word].sort(inTime), context)
  },
  onVoid(person, original, context) {
    const { setl_id } = original as Visit
    const words = person.words.filter(({ id }) => id !== setl_id)
    return words.length === person.words.length ? UNCHANGED : retold(person, words, context)
  },
}

function timeOf(event: Visit | Admission | Discharge): Instant {
  if (event.kind === 'settlement') return event.setl_time
  return event.kind === 'admission' ? event.begntime : event.endtime
}

function retold({ told: before }: Person, all: readonly StayWord[], { at, params }: Context<Params>): Step<Person, Evidence> {
  // Of stays long over nothing new is told: what was said of them stays.
  const newest = all.at(-1)?.at ?? at
  const words = all.filter((word) => newest - word.at <= STAYS_KEPT)
  const told = meaningOf(words, params)
  const since = dayOf(newest - STAYS_KEPT)
  const changes = new Map<string, Change[]>()
  for (const key of new Set([...Object.keys(before), ...Object.keys(told)])) {
    const change = (told[key] ?? 0) - (before[key] ?? 0)
    const [code, day, column] = key.split('|') as [string, string, Column]
    if (change === 0 || Number(day) < since) continue
    changes.set(code, [...(changes.get(code) ?? []), [Number(day), column, change]])
  }
  const tells = [...changes].map(([of, values]): Told => {
    return { kind: 'told', topic: TOPIC, of, period: '', at, admdvs: '', values }
  })
  if (words.length === 0) return { state: undefined, tells }
  return { state: { words, told }, tells, forgetAt: newest + STAYS_KEPT }
}

function count(hospital: Hospital, day: Day, column: Column, change: number): void {
  hospital.days[day] ??= {}
  const counts = hospital.days[day]
  // Weights have decimals.
  const value = Math.round(((counts[column] ?? 0) + change) * 1e6) / 1e6
  if (value === 0) delete counts[column]
  else counts[column] = value
}

/** Sums over days. */
function over(hospital: Hospital, days: readonly Day[]): Record<Column, number> {
  const sums = Object.fromEntries(COLUMNS.map((column) => [column, 0])) as Record<Column, number>
  for (const day of days) {
    const counts = hospital.days[day] ?? {}
    for (const column of Object.keys(counts) as Column[]) sums[column] += counts[column]!
  }
  return sums
}

function daysFrom(first: Day, until: Day): Day[] {
  return Array.from({ length: Math.max(0, until - first) }, (_, i) => first + i)
}

interface Comparison {
  readonly before: readonly Day[]
  readonly after: readonly Day[]
}

function signalsIn(hospital: Hospital, { before, after }: Comparison, { params, reference }: Context<Params>): Signal[] {
  const [then, now] = [over(hospital, before), over(hospital, after)]
  const rounded = (value: number) => Math.round(value * 1000) / 1000
  const signals: Signal[] = []
  const say = (name: Signal['name'], was: number, is: number) => signals.push({ name, before: rounded(was), after: rounded(is) })

  // Holidays on working weekdays are like no other day.
  const isUsual = (day: Day) => isWorkday(day, reference) === (day + 3) % 7 < 5
  const [usualBefore, usualAfter] = [before.filter(isUsual), after.filter(isUsual)]
  const expected = usualAfter.reduce((sum, day) => {
    const alike = usualBefore.filter((other) => (day - other) % 7 === 0)
    return alike.length === 0 ? sum : sum + over(hospital, alike).admitted / alike.length
  }, 0)
  const admitted = over(hospital, usualAfter).admitted
  if (expected >= params.least_expected && admitted <= (1 - params.admissions) * expected) say('admissions', expected, admitted)

  const lighter = (cases: Column, sum: Column) => {
    if (then[cases] < params.least_expected || now[cases] < params.least_expected) return undefined
    const [was, is] = [then[sum] / then[cases], now[sum] / now[cases]]
    return was > 0 && is <= (1 - params.severity) * was ? ([was, is] as const) : undefined
  }
  const light = lighter('weighed', 'weight') ?? lighter('aged', 'old')
  if (light) say('severity', ...light)

  for (const name of ['sent_away', 'back_elsewhere'] as const) {
    if (now[name] < params.least_cases || then.discharged === 0) continue
    const [was, is] = [then[name] / then.discharged, now[name] / now.discharged]
    if (is >= params.factor * was) say(name, was, is)
  }
  const [was, is] = [then.complaints / before.length, now.complaints / after.length]
  if (now.complaints >= params.least_cases && is > was) say('complaints', was, is)
  return signals
}

function findingOn(hospital: Hospital, month: string, context: Context<Params>): Finding<Evidence> | 'HISTORY_SHORT' | undefined {
  const { root, params, history_from, reference } = context
  const quota = quotaOf(root, endOfMonth(month) - SECOND, reference)
  if (quota === undefined) return undefined
  const [first, end] = [firstDayOf(month), dayAfterMonth(month)]
  let spent = 0
  const reached = daysFrom(first, end).find((day) => {
    spent += hospital.days[day]?.fund ?? 0
    return spent >= params.burn * quota
  })
  if (reached === undefined) return undefined
  const known = Math.max(reached + 1 - params.baseline_days, dayOf(history_from))
  const days = { before: daysFrom(known, reached + 1), after: daysFrom(reached + 1, end) }
  if (days.after.length < params.after_days) return undefined
  if (days.before.length < params.known_days) return 'HISTORY_SHORT'
  const signals = signalsIn(hospital, days, context)
  if (signals.length < params.least_signals) return undefined
  const [from, until] = [startOfDay(reached + 1), endOfMonth(month)]
  const named = hospital.stays.filter(([, second]) => second * SECOND >= from && second * SECOND < until)
  return {
    subject: { type: 'institution', id: root },
    bucket: month,
    result: 'suspicion',
    severity: 3,
    // Who is refused costs the fund nothing.
    vola_amt: 0,
    setl_ids: named.slice(0, NAMED).map(([id]) => id),
    setl_count: named.length,
    lines: [],
    at: endOfMonth(month) - SECOND,
    first_seen: from,
    ...{ psn_no: '', fixmedins_code: root, admdvs: hospital.admdvs, insu_admdvs: '' },
    evidence: {
      fixmedins_code: root,
      month,
      quota: yuan(quota),
      reached_on: formatDay(reached),
      burn: params.burn,
      before_days: days.before.length,
      after_days: days.after.length,
      signals,
    },
  }
}

/** Judges every month that is closed and remembered with its baseline. */
function judged(hospital: Hospital, context: Context<Params>, now: Instant): Step<Hospital, Evidence> {
  const oldest = dayOf(now) - DAYS_KEPT + context.params.baseline_days
  const recent = Object.keys(hospital.days).map((day) => monthOf(Number(day)))
  const holds: Finding<Evidence>[] = []
  let skipped: 'HISTORY_SHORT' | undefined
  const months = new Set([...recent.filter((month) => firstDayOf(month) >= oldest), ...hospital.held])
  for (const month of months) {
    if (endOfMonth(month) + CLOSED_AFTER > now) continue
    const finding = findingOn(hospital, month, context)
    if (finding === 'HISTORY_SHORT') skipped = finding
    else if (finding) holds.push(finding)
  }
  hospital.held = holds.map(({ bucket }) => bucket)
  forget(hospital, dayOf(now))
  return { ...waiting(hospital, now), holds, skipped }
}

/** What a finding rests on is kept with it. */
function forget(hospital: Hospital, today: Day): void {
  const oldest = Math.min(today, ...hospital.held.map(firstDayOf)) - DAYS_KEPT
  for (const day of Object.keys(hospital.days)) if (Number(day) < oldest) delete hospital.days[day]
  const kept = hospital.stays.filter(([, second]) => dayOf(second * SECOND) >= oldest)
  hospital.stays.splice(0, hospital.stays.length, ...kept)
}

function waiting(hospital: Hospital, now: Instant): Step<Hospital, Evidence> {
  let month = monthOf(dayOf(now - CLOSED_AFTER))
  while (endOfMonth(month) + CLOSED_AFTER <= now) month = monthsAfter(month, 1)
  return { state: hospital, wakeAt: endOfMonth(month) + CLOSED_AFTER }
}

/** The watermark, or the first event's own time. */
function timeIn({ watermark, at }: Context<Params>): Instant {
  return watermark === BEFORE_TIME ? at : watermark
}

const hospitals: Part<Visit | Complaint | Told<readonly Change[]>, Hospital, Evidence, Params> = {
  name: '',
  on: ['settlement', 'complaint', 'told'],
  hears: [TOPIC],
  space: 'institution',
  root: (event) => (event.kind === 'told' ? (event.topic === TOPIC ? event.of : '') : event.fixmedins_code),
  key: () => '',
  memoryless: false,
  owned: true,
  concerns(event, context) {
    if (event.kind === 'told') return true
    const { fixmedins_code } = event
    if (event.kind === 'complaint') return hasBudgetAhead(fixmedins_code, event.time, context)
    return quotaOf(fixmedins_code, event.setl_time, context.reference) !== undefined
  },
  initial: () => ({ days: {}, stays: [], held: [], admdvs: '' }),
  onEvent(hospital, event, context) {
    if (event.kind === 'told') for (const change of event.values) count(hospital, ...change)
    else if (event.kind === 'complaint') count(hospital, dayOf(event.time), 'complaints', 1)
    else settle(hospital, event, 1)
    const now = timeIn(context)
    // What a void changes in a month that is closed is told by the person's stays.
    const isPast = event.kind === 'told' && event.values.some(([day]) => endOfMonth(monthOf(day)) + CLOSED_AFTER <= now)
    return isPast ? judged(hospital, context, now) : waiting(hospital, now)
  },
  onVoid(hospital, original, context) {
    if (quotaOf(context.root, (original as Visit).setl_time, context.reference) === undefined) return UNCHANGED
    settle(hospital, original as Visit, -1)
    return judged(hospital, context, timeIn(context))
  },
  onTime: (hospital, context) => judged(hospital, context, context.at),
}

function settle(hospital: Hospital, visit: Visit, sign: 1 | -1): void {
  const { setl_id, setl_time, hifp_pay, fund_pay_sumamt, med_class, admdvs } = visit
  hospital.admdvs ||= admdvs
  count(hospital, dayOf(setl_time), 'fund', sign * (hifp_pay ?? fund_pay_sumamt))
  if (!isInpatient(med_class)) return
  const at = hospital.stays.findIndex(([id]) => id === setl_id)
  if (sign < 0) {
    if (at >= 0) hospital.stays.splice(at, 1)
    return
  }
  let place = hospital.stays.length
  const second = setl_time / SECOND
  while (place > 0 && isAfter(hospital.stays[place - 1]!, setl_id, second)) place--
  hospital.stays.splice(place, 0, [setl_id, second])
}

function isAfter([id, second]: Hospital['stays'][number], otherId: string, otherSecond: number): boolean {
  return second > otherSecond || (second === otherSecond && id > otherId)
}

const NAMES = {
  zh: {
    ...{ admissions: '收治减少', severity: '病情变轻', sent_away: '转院或非医嘱离院增加' },
    ...{ back_elsewhere: '短期内在他院再入院增加', complaints: '投诉增加' },
  },
  en: {
    ...{ admissions: 'fewer admissions', severity: 'lighter cases', sent_away: 'more transfers and early departures' },
    ...{ back_elsewhere: 'more readmissions elsewhere', complaints: 'more complaints' },
  },
} as const

/** FND-05 推诿拒收疑似: when its budget is nearly spent, a hospital takes fewer and lighter cases, or sends them away. */
export default defineDetector<Evidence, Params>({
  id: 'FND-05',
  version: 2,
  title: { zh: '推诿拒收疑似', en: 'Signals of patient refusal' },
  category: 'FND',
  result: 'suspicion',
  basis: [{ law: '医保协议管理', article: '不得推诿拒收病人、减少服务内容、降低服务标准' }],
  stages: ['post'],
  behaviour: '推诿拒收病人',
  params: {
    burn: byDefault(0.9, 'of the monthly budget, after which signals are looked for'),
    baseline_days: byDefault(90),
    known_days: byDefault(28, 'of the baseline that must be known'),
    after_days: byDefault(5, 'of the month that must be left'),
    admissions: byDefault(0.3, 'fewer than on the same weekdays before'),
    severity: byDefault(0.15, 'lower mean weight, or share of old persons'),
    factor: byDefault(2, 'times the share of transfers, or of readmissions elsewhere'),
    old_years: byDefault(75),
    back_days: byDefault(3, 'between a discharge and a readmission elsewhere'),
    least_expected: byDefault(10, 'cases on either side; of fewer nothing is concluded'),
    least_cases: byDefault(3, 'transfers, readmissions or complaints'),
    least_signals: byDefault(2),
  },
  parts: [hospitals, persons],
  explain({ month, reached_on, burn, after_days, signals }, language) {
    const names = signals.map(({ name, before, after }) => `${NAMES[language][name]}(${before}→${after})`)
    const percent = `${Math.round(burn * 1000) / 10}%`
    return language === 'zh'
      ? `${reached_on}预算执行达${percent}后${after_days}天：${names.join('，')}，疑似推诿拒收。`
      : `After ${percent} of the budget for ${month} were spent on ${reached_on}, in ${after_days} days: ${names.join(', ')}; patients may have been refused.`
  },
  example: {
    ...{ fixmedins_code: 'H99010100001', month: '2026-06', quota: 900_000, reached_on: '2026-06-17', burn: 0.9 },
    ...{ before_days: 90, after_days: 13 },
    signals: [
      { name: 'admissions', before: 64.3, after: 37 },
      { name: 'sent_away', before: 0.04, after: 0.13 },
    ],
  },
})
