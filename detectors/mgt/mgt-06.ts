import type { Admission, Discharge } from '../../schemas/events.ts'
import { isInpatient, isPharmacy } from '../../schemas/med-class.ts'
import { formatYuan, yuan } from '../../schemas/money.ts'
import { type Day, dayOf, formatDay, formatInstant, type Instant } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { chargedLines } from '../kit/bills/charged-lines.ts'
import { doneBefore, isOutpatientVisit, isWayIn, notSentOut, prescribedBy } from '../kit/bills/outside-visit.ts'
import { isAdmittedByDay, isPaidByDay } from '../kit/care/billed-weekly.ts'
import { isMedicine } from '../kit/care/medicine.ts'
import { itemOf } from '../kit/items/item-of.ts'
import { packHead, packTime, unpackHead, unpackTime } from '../kit/parts/packed.ts'
import { type Remembered, remembered, restingOn, visitOf } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/parts/window.ts'
import { isWorkday } from '../kit/plain/calendar.ts'
import { distanceKm, pointOf } from '../kit/plain/distance.ts'
import { isNewborn } from '../kit/stays/newborn.ts'
import { STAY_FORM } from '../kit/stays/packed-stay.ts'
import { latestBegin, STAY_MEMORY, type Stay, type StayEntry, stayEntry, staysOf } from '../kit/stays/stay.ts'
import { keepStays, toldOf } from '../kit/stays/told-stays.ts'
import { byDefault } from '../params.ts'
import type { ReferenceView } from '../reference.ts'

/** A visit or purchase outside. */
interface Outside extends Remembered {
  readonly source: 'outside'
  /** Hospitals that prescribed all of it, to be filled outside: anybody may have fetched it. */
  readonly prescribed_by: readonly string[]
  readonly emergency: boolean
  /** When the last of it was done, where that was long before it was settled. */
  readonly done: Instant | undefined
}

/** What an event tells of a stay: on which days something else than bed, nursing and visit was charged. */
interface Ward extends StayEntry {
  readonly charged: readonly Day[]
  readonly drugs: readonly Day[]
  readonly beds: readonly Day[]
  /** Rehabilitation and psychiatry bill by the week, a stay may be paid by the day, and a newborn that is well needs nothing but care. */
  readonly quiet: boolean
}

type Memory = Ward | Outside

const FORM: Form<Memory> = {
  pack(entry) {
    if (entry.source === 'outside') {
      const { prescribed_by, emergency, done } = entry
      if (emergency || done !== undefined)
        return [...packHead(entry), prescribed_by, done === undefined ? null : packTime(done), emergency ? 1 : 0]
      return prescribed_by.length > 0 ? [...packHead(entry), prescribed_by] : packHead(entry)
    }
    const { charged, drugs, beds, quiet } = entry
    return [STAY_FORM.pack(entry), charged, drugs, beds, quiet ? 1 : 0]
  },
  unpack(packed) {
    if (typeof packed[0] === 'string') {
      const [, , , prescribed_by = NOBODY, second, emergency] = packed
      const done = typeof second === 'number' ? unpackTime(second) : undefined
      return { source: 'outside', prescribed_by, emergency: emergency === 1, done, ...unpackHead(packed) }
    }
    const [word, charged, drugs, beds, quiet] = packed
    return { charged, drugs, beds, quiet: quiet === 1, ...STAY_FORM.unpack(word) }
  },
}

interface Evidence {
  readonly mdtrt_id: string
  readonly begntime: string
  readonly endtime: string
  /** Weights of what was found, 1 together. */
  readonly score: number
  readonly parts: { readonly idle: number; readonly away: number; readonly drugs: number }
  /** Each day of the stay: treated, bed only, or nothing at all. */
  readonly days: readonly { readonly day: string; readonly charged: 'treated' | 'bed' | 'nothing' }[]
  /** The longest row of days without treatment. */
  readonly idle_days: number
  readonly outside: readonly {
    readonly setl_id: string
    readonly setl_time: string
    readonly fixmedins_code: string
    readonly distance_km: number
  }[]
  readonly vola_amt: number
}

interface Params {
  readonly idle_days: number
  readonly distance_km: number
  readonly score: number
}

/** Tenths of the score. */
const WEIGHTS = { idle: 4, away: 4, drugs: 2 }
/** 床位费, 诊察费, 护理费: charged for lying there. */
const LYING = new Set(['01', '02', '07'])
const SHOWN_DAYS = 60
const SHOWN = 20
const NO_DAYS: readonly Day[] = []
const NOBODY: readonly string[] = []

function outside(visit: Visit, reference: ReferenceView): Outside | undefined {
  const { med_class, feedetail, acct_mulaid_pay } = visit
  if (!isOutpatientVisit(med_class) && !isPharmacy(med_class)) return undefined
  // A family member may have used the mutual-aid account, and the ward may have sent the patient out for an examination.
  if ((acct_mulaid_pay ?? 0) > 0 || isAtAgency(visit)) return undefined
  const lines = notSentOut(feedetail)
  if (feedetail.length > 0 && lines.length === 0) return undefined
  const way = {
    prescribed_by: prescribedBy(visit, lines, reference),
    emergency: med_class === 'ER',
    done: doneBefore(visit, lines),
  }
  return { source: 'outside', ...way, ...remembered(visit) }
}

function isOutside(entry: Memory): entry is Outside {
  return entry.source === 'outside'
}

function wardOf(event: Visit | Admission | Discharge, { reference }: Context<Params>): Ward {
  const entry = stayEntry(event)!
  if (event.kind !== 'settlement') {
    const quiet = event.kind === 'admission' && (isAdmittedByDay(event) || isNewborn(event))
    return { charged: NO_DAYS, drugs: NO_DAYS, beds: NO_DAYS, quiet, ...entry }
  }
  const [charged, drugs, beds] = [new Set<Day>(), new Set<Day>(), new Set<Day>()]
  const lines = chargedLines(event)
  lines.forEach((line, i) => {
    const day = dayOf(line.fee_ocur_time)
    if (LYING.has(line.med_chrgitm_type)) beds.add(day)
    // What is taken home was not given at the bed.
    else if (line.dscg_tkdrug_flag !== '1') {
      charged.add(day)
      if (isMedicine(line, itemOf(event, lines, i))) drugs.add(day)
    }
  })
  const quiet = isPaidByDay(event, reference) || isNewborn(event)
  const sorted = (days: ReadonlySet<Day>) => [...days].sort((a, b) => a - b)
  return { charged: sorted(charged), drugs: sorted(drugs), beds: sorted(beds), quiet, ...entry }
}

/** The longest row of stay days without treatment. A row of nothing but weekend and holiday is ordinary observation. */
function longestIdle(from: Day, until: Day, charged: ReadonlySet<Day>, reference: ReferenceView): number {
  let longest = 0
  let row: Day[] = []
  for (let day = from; day <= until; day++) {
    if (day < until && !charged.has(day)) {
      row.push(day)
      continue
    }
    if (row.length > longest && row.some((idle) => isWorkday(idle, reference))) longest = row.length
    row = []
  }
  return longest
}

interface Gone extends Outside {
  readonly km: number
}

function goneFrom(stay: Stay, visits: readonly Outside[], { params, reference }: Context<Params>): Gone[] {
  return visits.flatMap((visit) => {
    if (visit.at <= latestBegin(stay.begntime) || visit.at >= stay.endtime!) return []
    if (visit.prescribed_by.includes(stay.fixmedins_code) || isWayIn(visit, stay)) return []
    const [here, there] = [pointOf(stay.fixmedins_code, visit.at, reference), pointOf(visit.fixmedins_code, visit.at, reference)]
    const km = here && there ? distanceKm(here, there) : 0
    return km >= params.distance_km ? [{ ...visit, km }] : []
  })
}

function findingOn(
  stay: Stay,
  words: readonly Ward[],
  visits: readonly Outside[],
  context: Context<Params>,
): Finding<Evidence> | undefined {
  const { params, reference, root } = context
  const settled = words.filter(({ source }) => source === 'settlement')
  const last = settled.at(-1)
  if (!last || last.mid || stay.endtime === undefined || words.some(({ quiet }) => quiet)) return undefined
  const [charged, drugs, beds] = [
    new Set(settled.flatMap((word) => word.charged)),
    new Set(settled.flatMap((word) => word.drugs)),
    new Set(settled.flatMap((word) => word.beds)),
  ]
  const [from, until] = [dayOf(stay.begntime), dayOf(stay.endtime)]
  const idle_days = longestIdle(from, until, charged, reference)
  const gone = goneFrom(stay, visits, context)
  const onlyFirst = until > from && drugs.size > 0 && [...drugs].every((day) => day <= from)
  const parts = {
    idle: idle_days >= params.idle_days ? WEIGHTS.idle : 0,
    away: gone.length > 0 ? WEIGHTS.away : 0,
    drugs: onlyFirst ? WEIGHTS.drugs : 0,
  }
  const score = parts.idle + parts.away + parts.drugs
  if (score < Math.round(params.score * 10)) return undefined
  const days = Array.from({ length: Math.min(SHOWN_DAYS, until - from + 1) }, (_, i) => from + i)
  return {
    subject: { type: 'settlement', id: last.id },
    bucket: '',
    result: 'suspicion',
    severity: 2,
    ...restingOn(root, [...settled, ...gone]),
    ...{ at: last.at, fixmedins_code: last.fixmedins_code, admdvs: last.admdvs, insu_admdvs: last.insu_admdvs },
    vola_amt: stay.fund,
    lines: [],
    evidence: {
      mdtrt_id: stay.mdtrt_id,
      begntime: formatInstant(stay.begntime),
      endtime: formatInstant(stay.endtime),
      score: score / 10,
      parts: { idle: parts.idle / 10, away: parts.away / 10, drugs: parts.drugs / 10 },
      days: days.map((day) => ({
        day: formatDay(day),
        charged: charged.has(day) ? 'treated' : beds.has(day) ? 'bed' : 'nothing',
      })),
      idle_days,
      outside: gone.slice(0, SHOWN).map(({ id, at, fixmedins_code, km }) => {
        return { setl_id: id, setl_time: formatInstant(at), fixmedins_code, distance_km: Math.round(km * 10) / 10 }
      }),
      vola_amt: yuan(stay.fund),
    },
  }
}

/** MGT-06 挂床住院: a bed is paid for in which nobody lies. Where MGT-05 accuses the same stay, that is the parent. */
export default defineDetector<Evidence, Params>({
  id: 'MGT-06',
  version: 7,
  title: { zh: '挂床住院', en: 'Hanging bed' },
  category: 'MGT',
  result: 'suspicion',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(一)' }],
  stages: ['mid', 'post'],
  behaviour: '挂床住院',
  params: {
    idle_days: byDefault(3, 'consecutive stay days with nothing but bed, nursing and visit'),
    distance_km: byDefault(20, 'to a visit or purchase during the stay, at least'),
    score: byDefault(0.6, 'of 1: idle days 0.4, gone elsewhere 0.4, drugs on the first day only 0.2'),
  },
  parts: [
    windowRule<Visit | Admission | Discharge, Memory, Evidence, Params>({
      on: ['settlement', 'admission', 'discharge'],
      space: 'person',
      root: (event) => event.psn_no,
      form: FORM,
      keep: STAY_MEMORY,
      remember(event, context) {
        if (event.kind === 'settlement' && !isInpatient(event.med_class)) return outside(event, context.reference)
        return wardOf(event, context)
      },
      partly(event, memory) {
        if (event.kind !== 'settlement' || !isInpatient(event.med_class)) return undefined
        if (memory.some((entry) => entry.source !== 'outside' && entry.mdtrt_id === visitOf(event))) return undefined
        return event.begntime === undefined ? 'INPUT_MISSING' : undefined
      },
      judge(memory, context) {
        if (memory.every(isOutside)) return { holds: NOTHING_HOLDS }
        const wards = memory.filter((entry) => entry.source !== 'outside')
        const visits = memory.filter(isOutside)
        const told = toldOf(wards)
        const held = new Set<string>()
        const holds = staysOf(wards).flatMap((stay) => {
          // What is further from the stay's events may or may not be remembered; what holds must not depend on it.
          const { first, last } = told.get(stay.mdtrt_id)!
          const near = visits.filter(({ at }) => at >= first - STAY_MEMORY && at <= last + STAY_MEMORY)
          const words = wards.filter(({ mdtrt_id }) => mdtrt_id === stay.mdtrt_id)
          const finding = findingOn(stay, words, near, context)
          if (!finding) return []
          held.add(stay.mdtrt_id)
          return [finding]
        })
        const ofStays = keepStays(told, held)
        const keep = (entry: Memory) => (entry.source === 'outside' ? STAY_MEMORY : ofStays(entry))
        return { holds, keep }
      },
    }),
  ],
  explain({ begntime, endtime, score, parts, idle_days, outside, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    const zh = language === 'zh'
    const [from, to] = [begntime.slice(0, 10), endtime.slice(0, 10)]
    const [gone] = outside
    const said: string[] = []
    if (parts.idle > 0) said.push(zh ? `连续${idle_days}天仅床位护理` : `${idle_days} days in a row with nothing but the bed`)
    if (gone) said.push(zh ? `期间在${gone.distance_km}公里外就诊购药` : `a visit or purchase ${gone.distance_km} km away`)
    if (parts.drugs > 0) said.push(zh ? '仅首日用药' : 'drugs on the first day only')
    return zh
      ? `${from}至${to}住院：${said.join('，')}，得分${score}，基金${amount}元。`
      : `The stay from ${from} to ${to}: ${said.join(', ')}; the score is ${score}, the fund paid ${amount} yuan.`
  },
  example: {
    ...{ mdtrt_id: 'M1', begntime: '2026-03-02T09:00:00+08:00', endtime: '2026-03-06T10:00:00+08:00', score: 0.6 },
    parts: { idle: 0.4, away: 0, drugs: 0.2 },
    days: [
      { day: '2026-03-02', charged: 'treated' },
      { day: '2026-03-03', charged: 'bed' },
      { day: '2026-03-04', charged: 'bed' },
      { day: '2026-03-05', charged: 'bed' },
      { day: '2026-03-06', charged: 'nothing' },
    ],
    idle_days: 3,
    outside: [],
    vola_amt: 1260,
  },
})
