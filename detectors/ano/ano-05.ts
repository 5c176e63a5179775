import { isInpatient, isPharmacy } from '../../schemas/med-class.ts'
import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import {
  DAY,
  type Day,
  dayOf,
  formatDay,
  formatInstant,
  HOUR,
  hourOf,
  type Instant,
  MINUTE,
  SECOND,
  startOfDay,
} from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type Step, UNCHANGED, type Visit } from '../detector.ts'
import { isAtAgency } from '../kit/at-agency.ts'
import { counted } from '../kit/counted.ts'
import { isBuilt } from '../kit/daily-counts.ts'
import type { Site } from '../kit/finding.ts'
import { groupBy } from '../kit/group-by.ts'
import { advanced, countedHour, type HourProfile, newProfile, uncountedHour } from '../kit/hour-profile.ts'
import { packSite, packTime, unpackSite, unpackTime } from '../kit/packed.ts'
import { inTime } from '../kit/remembered.ts'
import { isSpread, servedBefore } from '../kit/served-before.ts'
import { type Entry, NOTHING_HOLDS, windowRule } from '../kit/window.ts'
import { byDefault } from '../params.ts'

interface Settled extends Entry, Site {
  readonly fund: Fen
}

const FORM: Form<Settled> = {
  pack: (settled) => [settled.id, packTime(settled.at), packSite(settled), settled.fund],
  unpack: ([id, at, site, fund]) => ({ id, at: unpackTime(at), fund, ...unpackSite(site) }),
}

/** A settlement of an hour that is compared. */
interface Rushed extends Settled {
  /** When the person was served, where that is long before. */
  readonly served?: Instant
}

const RUSHED_FORM: Form<Rushed> = {
  pack: ({ served, ...rushed }) => [...(FORM.pack(rushed) as unknown[]), ...(served === undefined ? [] : [packTime(served)])],
  unpack: (packed) => ({ ...FORM.unpack(packed), ...(packed.length > 4 && { served: unpackTime(packed[4]) }) }),
}

interface Evidence {
  readonly day: string
  readonly fixmedins_code: string
  readonly clause: 'night' | 'closed' | 'hour'
  /** As registered; empty where that is not what it is about. */
  readonly open_hours: string
  /** Settlements in question in each hour of the day. */
  readonly hours: readonly number[]
  /** Most settlements that are expected in each hour in question; `null` where none is. */
  readonly limits: readonly { readonly hour: number; readonly expected: number; readonly limit: number }[] | null
  readonly list: readonly { readonly setl_id: string; readonly setl_time: string }[]
  readonly settlements: number
  readonly vola_amt: number
}

interface Params {
  readonly night_from: number
  readonly night_to: number
  readonly night_settlements: number
  readonly night_minutes: number
  readonly hour_settlements: number
  readonly hour_factor: number
  readonly warm_up_days: number
  readonly posting_hours: number
}

/** As a licence for all day is written down. */
const ALWAYS_OPEN = new Set(['00:00-24:00', '00:00-23:59', '00:00-00:00'])
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const SHOWN = 50
/** People who are served over more than this do not come at once. */
const SPREAD_MINUTES = 60
const LATENESS = 10 * MINUTE

function settled({ setl_id: id, setl_time: at, fixmedins_code, admdvs, fund_pay_sumamt: fund }: Visit): Settled {
  return { id, at, fixmedins_code, admdvs, fund }
}

function isNight(at: number, { night_from, night_to }: Params): boolean {
  const hour = hourOf(at)
  return hour >= night_from || hour < night_to
}

function isClosedOn(day: Day, closed_days: readonly string[]): boolean {
  // 1970-01-01 was a Thursday.
  const weekday = WEEKDAYS[(day + 4) % 7]!
  return closed_days.some((closed) => closed === formatDay(day) || closed.toLowerCase() === weekday)
}

function isEmergency({ med_class, feedetail }: Visit): boolean {
  return med_class === 'ER' || feedetail.some(({ er_flag }) => er_flag === '1')
}

type Said = Pick<Evidence, 'clause' | 'open_hours' | 'limits'>

function findingOn(fixmedins_code: string, day: Day, settlements: readonly Settled[], said: Said): Finding<Evidence> {
  const inOrder = settlements.toSorted(inTime)
  const [first, last] = [inOrder[0]!, inOrder.at(-1)!]
  const vola_amt = inOrder.reduce((sum, { fund }) => sum + fund, 0)
  const hours = new Array<number>(24).fill(0)
  for (const { at } of inOrder) hours[hourOf(at)]!++
  return {
    subject: { type: 'institution', id: fixmedins_code },
    bucket: formatDay(day),
    result: 'suspicion',
    severity: 2,
    vola_amt,
    setl_ids: inOrder.map(({ id }) => id),
    lines: [],
    at: last.at,
    first_seen: first.at,
    count: inOrder.length,
    ...{ psn_no: '', fixmedins_code, admdvs: last.admdvs, insu_admdvs: '' },
    evidence: {
      day: formatDay(day),
      fixmedins_code,
      hours,
      list: inOrder.slice(0, SHOWN).map(({ id, at }) => ({ setl_id: id, setl_time: formatInstant(at) })),
      settlements: inOrder.length,
      vola_amt: yuan(vola_amt),
      ...said,
    },
  }
}

interface NightSale extends Settled {
  readonly open_hours: string
}

const NIGHT_FORM: Form<NightSale> = {
  pack: (sale) => [...(FORM.pack(sale) as unknown[]), sale.open_hours],
  unpack: (packed) => ({ open_hours: packed[4], ...FORM.unpack(packed) }),
}

/** Rows of settlements of which so many lie within the window, by the day of the one that completed them. */
function nightFindings(sales: readonly NightSale[], { root, params }: Context<Params>): Finding<Evidence>[] {
  const { night_settlements, night_minutes } = params
  const rows: { day: Day; from: number; to: number }[] = []
  for (let to = night_settlements - 1; to < sales.length; to++) {
    const from = to - night_settlements + 1
    if (sales[to]!.at - sales[from]!.at > night_minutes * MINUTE) continue
    const last = rows.at(-1)
    if (last && from <= last.to) last.to = to
    else rows.push({ day: dayOf(sales[to]!.at), from, to })
  }
  const byDay = new Map<Day, NightSale[]>()
  for (const { day, from, to } of rows) byDay.set(day, [...(byDay.get(day) ?? []), ...sales.slice(from, to + 1)])
  return [...byDay].map(([day, within]) =>
    findingOn(root, day, within, { clause: 'night', open_hours: within.at(-1)!.open_hours, limits: null }),
  )
}

/** One hour whose settlements are still counted, or exceed what is expected. */
interface BusyHour {
  readonly day: Day
  readonly hour: number
  readonly settlements: Rushed[]
  /** Absent until time has reached the day, and all days before are built with which it is compared. */
  readonly ground?: { readonly expected: number; readonly limit: number }
}

interface Hours {
  readonly profile: HourProfile
  readonly busy: readonly BusyHour[]
}

/** Emergencies and stays come at any hour, and a school or village that is vaccinated comes all at once. */
function isCounted(visit: Visit): boolean {
  if (visit.items.some((item) => item?.tags?.includes('vaccination'))) return false
  return !isEmergency(visit) && !isInpatient(visit.med_class) && !isAtAgency(visit)
}

function grounded(hour: BusyHour, { expected: known }: HourProfile, { hour_settlements, hour_factor }: Params): BusyHour {
  const expected = known[hour.day]?.[hour.hour]
  if (hour.ground || expected === undefined) return hour
  return { ...hour, ground: { expected, limit: Math.max(hour_settlements, hour_factor * expected + hour_settlements) } }
}

/**
 * Who came in the hour. A village clinic that settles its day in one evening, or a counter that was offline, settles at once
 * whom it has served over hours: they came then.
 */
function cameIn(settlements: readonly Rushed[]): readonly Rushed[] {
  const served = settlements.flatMap((rushed) => rushed.served ?? [])
  return isSpread(served, SPREAD_MINUTES) ? settlements.filter((rushed) => rushed.served === undefined) : settlements
}

/** What holds now; hours that are over and ordinary, or cannot be compared, are forgotten. */
function hoursStep({ profile, busy }: Hours, context: Context<Params>): Step<Hours, Evidence> {
  const reached = dayOf(context.watermark)
  const isBusy = ({ settlements, ground }: BusyHour) => ground !== undefined && settlements.length > ground.limit
  const isOpen = ({ day, hour, settlements, ground }: BusyHour) => {
    if (settlements.length === 0) return false
    return ground ? startOfDay(day) + (hour + 1) * HOUR > context.watermark - LATENESS : day > reached
  }
  const kept = busy.map((hour) => grounded(hour, profile, context.params)).filter((hour) => isBusy(hour) || isOpen(hour))
  const waiting = kept.filter(({ ground }) => !ground)
  const wakeAt = waiting.length > 0 ? Math.min(...waiting.map(({ day }) => startOfDay(day))) + SECOND : undefined
  const step = { state: { profile, busy: kept }, wakeAt, forgetAt: forgetAt(profile) }
  // Without one that is voided the others may have been served at one moment: an hour that is excused is kept too.
  const exceeding = kept.filter(({ settlements, ground }) => ground !== undefined && cameIn(settlements).length > ground.limit)
  if (exceeding.length === 0) return { holds: NOTHING_HOLDS, ...step }
  const holds = [...groupBy(exceeding, ({ day }) => day)].map(([day, hours]) => {
    const limits = hours.map(({ hour, ground }) => ({ hour, ...ground! })).sort((a, b) => a.hour - b.hour)
    const within = hours.flatMap(({ settlements }) => cameIn(settlements))
    return findingOn(context.root, day, within, { clause: 'hour', open_hours: '', limits })
  })
  return { holds, ...step }
}

function forgetAt({ first, newest }: HourProfile): number {
  return (Math.max(first, newest) + 90) * DAY
}

/** ANO-05 夜间/停业时段交易: sales at night, on closed days, or far beyond what the hour usually brings. */
export default defineDetector<Evidence, Params>({
  id: 'ANO-05',
  version: 7,
  title: { zh: '夜间/停业时段交易', en: 'Transactions at night or while closed' },
  category: 'ANO',
  result: 'suspicion',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '40(一)' }],
  stages: ['mid'],
  behaviour: '诱导协助冒名或虚假就医购药',
  params: {
    night_from: byDefault(23, 'hour at which the night begins'),
    night_to: byDefault(6, 'hour at which it ends'),
    night_settlements: byDefault(5, 'at least so many'),
    night_minutes: byDefault(60, 'within this time'),
    hour_settlements: byDefault(10, 'an hour with no more is never far beyond the usual'),
    hour_factor: byDefault(5, 'times what is expected, and ten more'),
    warm_up_days: byDefault(14, 'days that must be known before an hour is judged'),
    posting_hours: byDefault(2, 'who was served longer before did not come in the hour'),
  },
  parts: [
    windowRule<Visit, NightSale, Evidence, Params>({
      name: 'NIGHT',
      on: ['settlement'],
      space: 'institution',
      root: ({ fixmedins_code }) => fixmedins_code,
      concerns: (visit, { params }) => isPharmacy(visit.med_class) && isNight(visit.setl_time, params) && !isAtAgency(visit),
      form: NIGHT_FORM,
      keep: 60 * MINUTE,
      lateness: DAY,
      remember(visit, { reference }) {
        const open_hours = reference.find('institution', visit.fixmedins_code, visit.setl_time)?.row.open_hours
        if (!open_hours) return 'REFERENCE_MISSING'
        // Nobody but who is licensed for all day sells in the night: hours until late are no such licence.
        if (ALWAYS_OPEN.has(open_hours)) return undefined
        return { open_hours, ...settled(visit) }
      },
      judge: (sales, context) => ({ holds: nightFindings(sales, context) }),
    }),
    windowRule<Visit, Settled, Evidence, Params>({
      name: 'CLOSED',
      on: ['settlement'],
      space: 'institution',
      root: ({ fixmedins_code }) => fixmedins_code,
      key: ({ setl_time }) => String(dayOf(setl_time)),
      concerns(visit, { reference }) {
        const { fixmedins_code, setl_time } = visit
        // A ward closes on no day: whoever is discharged there is settled.
        if (isEmergency(visit) || isInpatient(visit.med_class) || isAtAgency(visit)) return false
        const closed_days = reference.find('institution', fixmedins_code, setl_time)?.row.closed_days
        return !!closed_days && isClosedOn(dayOf(setl_time), closed_days)
      },
      form: FORM,
      keep: DAY,
      remember: settled,
      judge(settlements, { root }) {
        const day = dayOf(settlements[0]!.at)
        return { holds: [findingOn(root, day, settlements, { clause: 'closed', open_hours: '', limits: null })] }
      },
    }),
    {
      name: 'HOUR',
      on: ['settlement'],
      space: 'institution',
      root: ({ fixmedins_code }: Visit) => fixmedins_code,
      key: () => '',
      concerns: isCounted,
      memoryless: false,
      owned: true,
      form: {
        pack: ({ profile, busy }: Hours) => [
          profile,
          ...busy.map(({ day, hour, ground, settlements }) => [day, hour, ground ?? null, settlements.map(RUSHED_FORM.pack)]),
        ],
        unpack: ([profile, ...packed]: [HourProfile, ...[Day, number, BusyHour['ground'] | null, unknown[]][]]) => ({
          profile,
          busy: packed.map(([day, hour, ground, settlements]) => {
            return { day, hour, ...(ground ? { ground } : {}), settlements: settlements.map(RUSHED_FORM.unpack) }
          }),
        }),
      },
      initial: (): Hours => ({ profile: newProfile(), busy: [] }),
      onEvent(memory: Hours, visit: Visit, context) {
        const [day, hour] = [dayOf(visit.setl_time), hourOf(visit.setl_time)]
        const reached = dayOf(context.watermark)
        const profile = advanced(countedHour(memory.profile, day, hour), reached, context.params.warm_up_days)
        const known = memory.busy.find((other) => other.day === day && other.hour === hour)
        const served = servedBefore(visit, context.params.posting_hours)
        const rushed = { ...settled(visit), ...(served !== undefined && { served }) }
        if (known) known.settlements.push(rushed)
        else if (day <= reached && !profile.expected[day]) return hoursStep({ profile, busy: memory.busy }, context)
        const busy = known ? memory.busy : [...memory.busy, { day, hour, settlements: [rushed] }]
        return hoursStep({ profile, busy }, context)
      },
      onVoid(memory: Hours, original, context) {
        if (original.kind !== 'settlement' || !isCounted(original)) return UNCHANGED
        const [day, hour] = [dayOf(original.setl_time), hourOf(original.setl_time)]
        const profile = isBuilt(day, context.at) ? memory.profile : uncountedHour(memory.profile, day, hour)
        const busy = memory.busy.map((other) => {
          const settlements = other.settlements.filter(({ id }) => id !== original.setl_id)
          return { ...other, settlements }
        })
        return hoursStep({ profile, busy }, context)
      },
      onTime({ profile, busy }: Hours, context) {
        return hoursStep({ profile: advanced(profile, dayOf(context.watermark), context.params.warm_up_days), busy }, context)
      },
    },
  ],
  explain({ day, clause, open_hours, hours, limits, settlements, vola_amt }, language) {
    const zh = language === 'zh'
    const amount = formatYuan(vola_amt * 100)
    if (clause === 'night')
      return zh
        ? `${day}夜间结算${settlements}笔（登记营业时间${open_hours}），涉及基金${amount}元。`
        : `${settlements} sales in the night of ${day} (registered hours: ${open_hours}); ${amount} yuan of the fund are concerned.`
    if (clause === 'closed')
      return zh
        ? `${day}登记停业，仍结算${settlements}笔，涉及基金${amount}元。`
        : `${counted(settlements, 'settlement')} on ${day}, a registered closed day; ${amount} yuan of the fund are concerned.`
    const { hour, expected } = limits![0]!
    const others = limits!.length - 1
    if (zh) {
      const all = others > 0 ? `，连同另${others}个时段共${settlements}笔` : ''
      return `${day} ${hour}时结算${hours[hour]}笔，通常${expected}笔${all}，涉及基金${amount}元。`
    }
    const all = others > 0 ? `; with ${counted(others, 'other hour')} ${settlements} in all` : ''
    return `${hours[hour]} settlements on ${day} between ${hour} and ${hour + 1} o'clock, usually ${expected}${all}; ${amount} yuan of the fund are concerned.`
  },
  example: {
    day: '2026-03-22',
    fixmedins_code: 'P99010100001',
    clause: 'hour',
    open_hours: '',
    hours: [0, 0, 0, 0, 0, 0, 0, 0, 0, 24, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    limits: [{ hour: 9, expected: 2.4, limit: 22 }],
    list: [{ setl_id: 'S1', setl_time: '2026-03-22T09:01:00+08:00' }],
    settlements: 24,
    vola_amt: 640,
  },
})
