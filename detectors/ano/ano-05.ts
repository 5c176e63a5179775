import { isInpatient, isPharmacy } from '../../schemas/med-class.ts'
import { formatYuan } from '../../schemas/money.ts'
import { DAY, type Day, dayOf, formatDay, hourOf, MINUTE } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, UNCHANGED, type Visit } from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { servedBefore } from '../kit/care/served-before.ts'
import { isBuilt } from '../kit/parts/daily-counts.ts'
import { windowRule } from '../kit/parts/window.ts'
import { counted } from '../kit/plain/counted.ts'
import { byDefault } from '../params.ts'
import { type Evidence, FORM, findingOn, type Params, type Settled, settled } from './ano-05.finding.ts'
import { advanced, countedHour, newProfile, uncountedHour } from './ano-05.hour-profile.ts'
import { HOURS_FORM, type Hours, hoursStep } from './ano-05.hours.ts'

/** As a licence for all day is written down. */
const ALWAYS_OPEN = new Set(['00:00-24:00', '00:00-23:59', '00:00-00:00'])
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

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

/** Emergencies and stays come at any hour, and a school or village that is vaccinated comes all at once. */
function isCounted(visit: Visit): boolean {
  if (visit.items.some((item) => item?.tags?.includes('vaccination'))) return false
  return !isEmergency(visit) && !isInpatient(visit.med_class) && !isAtAgency(visit)
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
      form: HOURS_FORM,
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
