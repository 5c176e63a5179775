import type { Admission, Discharge } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { DAY, dayOf, type Instant, SECOND } from '../../schemas/time.ts'
import { type Context, defineDetector, type Form, type Part, type Step, type Told, UNCHANGED, type Visit } from '../detector.ts'
import { hasDialysis, isSessionCode, isTherapySession } from '../kit/care/courses.ts'
import { isOfTumourCycle } from '../kit/care/cycle.ts'
import { icdCategory } from '../kit/care/icd.ts'
import { mainCategory } from '../kit/care/main-diagnosis.ts'
import { peersParts, type Spreads, spreads } from '../kit/parts/peers.ts'
import { insert, without } from '../kit/parts/window.ts'
import { monthOf } from '../kit/plain/calendar.ts'
import { joined } from '../kit/plain/joined.ts'
import { isAbove, upperBound } from '../kit/plain/robust.ts'
import { STAY_FORM } from '../kit/stays/packed-stay.ts'
import { STAY_MEMORY, type Stay, type StayEntry, staysOf } from '../kit/stays/stay.ts'
import { isNear, placedEntry, toldOf } from '../kit/stays/told-stays.ts'
import { byDefault } from '../params.ts'

interface Word extends StayEntry {
  /** ICD-10 category of the main diagnosis, `''` where not told. */
  readonly category: string
  /** A session of dialysis, radiotherapy or chemotherapy. */
  readonly session: boolean
  /** The discharge plans a readmission within 31 days. */
  readonly plans: boolean
}

/** A stay, or a readmission, that an institution has been told of. */
interface Counted {
  readonly kind: 'discharge' | 'readmission'
  /** The stay; of a readmission the later one. */
  readonly mdtrt_id: string
  /** Of a readmission the institution that had discharged the person. */
  readonly of: string
  readonly at: Instant
  readonly admdvs: string
  /** Settlements of both stays, with their times in seconds. */
  readonly names: readonly (readonly [setl_id: string, second: number])[]
}

interface Memory {
  readonly words: readonly Word[]
  readonly counted: readonly Counted[]
}

const FORM: Form<Memory> = {
  pack: ({ words, counted }) => [
    words.map((word) => [STAY_FORM.pack(word), word.category, word.session ? 1 : 0, word.plans ? 1 : 0]),
    counted.map(({ kind, mdtrt_id, of, at, admdvs, names }) => [kind, mdtrt_id, of, at, admdvs, names]),
  ],
  unpack: ([words, counted]: [
    [unknown, string, number, number][],
    [Counted['kind'], string, string, number, string, Counted['names']][],
  ]) => ({
    words: words.map(([entry, category, session, plans]) => {
      return { category, session: session === 1, plans: plans === 1, ...STAY_FORM.unpack(entry) }
    }),
    counted: counted.map(([kind, mdtrt_id, of, at, admdvs, names]) => ({ kind, mdtrt_id, of, at, admdvs, names })),
  }),
}

interface Tally {
  discharges: number
  /** By the later stay, the settlements that a readmission rests on. */
  readonly readmissions: Record<string, Counted['names']>
}

interface Evidence {
  readonly month: string
  readonly discharges: number
  readonly readmissions: number
  /** Per cent, as are the others. */
  readonly rate: number
  readonly peers: { readonly institutions: number; readonly median: number; readonly mad: number; readonly limit: number }
  /** The later stays. */
  readonly stays: readonly string[]
}

interface Params {
  readonly days: number
  readonly mads: number
  readonly least_readmissions: number
  readonly least_discharges: number
  readonly least_peers: number
}

const TOPIC = 'MGT-25'
const COUNTED = `${TOPIC}/counted`
const NOTHING: Memory = { words: [], counted: [] }
const DIED = '5'
/** To another hospital, or to one near home: somebody else goes on treating. */
const TRANSFERRED = new Set(['2', '3'])
/** Discharges and settlements of stays may come so late (contract, "Time and order"). */
const LATENESS = 3 * DAY
const MEMORY = STAY_MEMORY + LATENESS
/** Of what an institution has been told its months tell for 26 months. */
const KEPT = 26 * 31 * DAY + LATENESS
const SHOWN = 50

function wordOf(event: Visit | Admission | Discharge, context: Context<Params>): Word {
  return { ...saidBy(event), ...placedEntry(event, context) }
}

function saidBy(event: Visit | Admission | Discharge): Pick<Word, 'category' | 'session' | 'plans'> {
  if (event.kind === 'discharge') return { category: '', session: false, plans: event.days_rinp_flag_31 === '1' }
  if (event.kind === 'admission') {
    const code = event.dscg_maindiag_code
    return { category: icdCategory(code), session: isSessionCode(code), plans: false }
  }
  return { category: mainCategory(event), session: isTherapySession(event) || hasDialysis(event), plans: false }
}

interface Known extends Stay {
  readonly category: string
  readonly session: boolean
  readonly plans: boolean
}

function known(stay: Stay, words: readonly Word[]): Known {
  const own = words.filter(({ mdtrt_id }) => mdtrt_id === stay.mdtrt_id)
  const settled = own.findLast(({ source, category }) => source === 'settlement' && category !== '')
  const category = (settled ?? own.find((word) => word.category !== ''))?.category ?? ''
  return { category, session: own.some(({ session }) => session), plans: own.some(({ plans }) => plans), ...stay }
}

/** Whether the person came back unplanned, within the days, for the same illness, wherever. */
function isReadmission(earlier: Known, later: Known, days: number): boolean {
  if (earlier.endtime === undefined || later.begntime <= earlier.begntime || later.category === '') return false
  const gap = dayOf(later.begntime) - dayOf(earlier.endtime)
  if (gap < 0 || gap > days || earlier.category !== later.category) return false
  // Day surgery is always planned; cycles of treatment and what the first hospital has planned or handed on are too.
  if (earlier.plans || TRANSFERRED.has(earlier.dscg_way) || later.med_class === 'DAYSURG') return false
  return !earlier.session && !later.session
}

interface Judged {
  readonly stay: Known
  /** Those that it is judged among, itself one of them, by begin. */
  readonly near: readonly Known[]
  /** After which the person came back for the same illness, maybe for the next treatment of a cycle. */
  readonly earlier: Known | undefined
}

function judgedIn(words: readonly Word[], { days }: Params): Judged[] {
  const told = toldOf(words)
  const stays = staysOf(words).map((stay) => known(stay, words))
  return stays.map((stay) => {
    const near = stays.filter((other) => isNear(told.get(other.mdtrt_id)!, told.get(stay.mdtrt_id)!))
    return { stay, near, earlier: near.findLast((other) => isReadmission(other, stay, days)) }
  })
}

function countedIn(words: readonly Word[], judged: readonly Judged[]): Counted[] {
  const times = new Map(words.map(({ id, at }) => [id, at / SECOND]))
  const named = (stays: readonly Stay[]) => stays.flatMap(({ setl_ids }) => setl_ids.map((id) => [id, times.get(id)!] as const))
  return judged.flatMap(({ stay, near, earlier }): Counted[] => {
    const { mdtrt_id, endtime, admdvs, fixmedins_code } = stay
    const ended: Counted[] =
      endtime === undefined || stay.dscg_way === DIED
        ? []
        : [{ kind: 'discharge', mdtrt_id, of: fixmedins_code, at: endtime, admdvs, names: [] }]
    // A cycle of tumour treatment is planned, also where no session is coded.
    if (!earlier || isOfTumourCycle(stay, near)) return ended
    const { fixmedins_code: of } = earlier
    const names = named([earlier, stay])
    return [...ended, { kind: 'readmission', mdtrt_id, of, at: stay.begntime, admdvs: earlier.admdvs, names }]
  })
}

const NO_CHANGES: Told[] = []

/** What was counted and is no longer, and what is counted now and was not. */
function changes(before: readonly Counted[], now: readonly Counted[], at: Instant): Told[] {
  if (before.length === 0 && now.length === 0) return NO_CHANGES
  const texts = (counted: readonly Counted[]) => new Set(counted.map((one) => JSON.stringify(one)))
  const [old, recent] = [texts(before), texts(now)]
  const tell = (one: Counted, sign: 1 | -1): Told => ({
    ...{ kind: 'told', topic: COUNTED, of: one.of, period: monthOf(dayOf(one.at)), at, admdvs: one.admdvs },
    values: { ...one, sign },
  })
  return [
    ...before.filter((one) => !recent.has(JSON.stringify(one))).map((one) => tell(one, -1)),
    ...now.filter((one) => !old.has(JSON.stringify(one))).map((one) => tell(one, 1)),
  ]
}

/** Stays whose time is over are forgotten with what was told of them: that stands. */
function forgotten({ words, counted }: Memory, judged: readonly Judged[], watermark: Instant): Memory {
  const [oldest] = words
  if (!oldest || oldest.at + MEMORY >= watermark) return { words, counted }
  const until = keptUntil(words, judged)
  const isOver = ({ mdtrt_id }: Pick<Word, 'mdtrt_id'>) => until.get(mdtrt_id)! < watermark
  if (!words.some(isOver)) return { words, counted }
  return { words: words.filter((word) => !isOver(word)), counted: counted.filter((one) => !isOver(one)) }
}

/** Of a stay that has ended the bill is still to come, and would tell of it once more if it were forgotten. */
function isUnbilled({ mdtrt_id, endtime }: Stay, words: readonly Word[]): boolean {
  return endtime !== undefined && words.every((word) => word.mdtrt_id !== mdtrt_id || word.source !== 'settlement' || word.mid)
}

/** By stay. All among which a return was judged go together: without one of them it would be judged anew, and otherwise. */
function keptUntil(words: readonly Word[], judged: readonly Judged[]): ReadonlyMap<string, Instant> {
  const told = toldOf(words)
  const unbilled = new Set(judged.flatMap(({ stay }) => (isUnbilled(stay, words) ? [stay.mdtrt_id] : [])))
  const until = new Map([...told].map(([mdtrt_id, { last }]) => [mdtrt_id, last + (unbilled.has(mdtrt_id) ? KEPT : MEMORY)]))
  const places = new Map(judged.map(({ stay }, place) => [stay, place]))
  const returns = judged.filter(({ earlier }) => earlier !== undefined)
  for (const [from, to] of joined(returns.map(({ near }) => [places.get(near[0]!)!, places.get(near.at(-1)!)!]))) {
    const ids = judged.slice(from, to + 1).map(({ stay }) => stay.mdtrt_id)
    const last = Math.max(...ids.map((id) => told.get(id)!.last))
    for (const id of ids) until.set(id, last + KEPT)
  }
  return until
}

function stepOf(words: readonly Word[], before: Memory, { at, watermark, params }: Context<Params>): Step<Memory, Evidence> {
  const judged = judgedIn(words, params)
  const counted = countedIn(words, judged)
  const state = forgotten({ words, counted }, judged, watermark)
  const newest = words.at(-1)?.at ?? at
  const isKept = judged.some(({ stay, earlier }) => earlier !== undefined || isUnbilled(stay, words))
  return {
    state: state.words.length > 0 ? state : undefined,
    tells: changes(before.counted, counted, at),
    forgetAt: newest + (isKept ? KEPT : MEMORY),
  }
}

/** Puts a person's stays together and tells the institutions of discharges and of readmissions. */
const stays: Part<Visit | Admission | Discharge, Memory, Evidence, Params> = {
  name: 'STAYS',
  on: ['settlement', 'admission', 'discharge'],
  space: 'person',
  root: (event) => event.psn_no,
  key: () => '',
  concerns: (event) => event.kind !== 'settlement' || isInpatient(event.med_class),
  memoryless: false,
  form: FORM,
  initial: () => NOTHING,
  onEvent: (memory, event, context) => stepOf(insert(memory.words, wordOf(event, context)), memory, context),
  onVoid(memory, original, context) {
    const left = original.kind === 'settlement' ? without(memory.words, original.setl_id) : memory.words
    return left === memory.words ? UNCHANGED : stepOf(left, memory, context)
  },
}

function percent(ratio: number): number {
  return Math.round(ratio * 1000) / 10
}

/**
 * MGT-25 非计划再入院率: more people come back unplanned, for the same illness and within 31 days of their discharge, than the
 * peers' do. A readmission counts in the month in which it happens, against the hospital that had discharged the person.
 */
export default defineDetector<Evidence, Params>({
  id: 'MGT-25',
  version: 7,
  title: { zh: '非计划再入院率', en: 'Unplanned readmission rate' },
  category: 'MGT',
  result: 'indicator',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(一)' }],
  stages: ['post'],
  behaviour: '分解住院',
  params: {
    days: byDefault(31, 'calendar days from the discharge to the readmission, at most'),
    mads: byDefault(3, 'median absolute deviations above the median of the peers'),
    least_readmissions: byDefault(3, 'fewer in a month are chance'),
    least_discharges: byDefault(10, 'a month with fewer has no rate'),
    least_peers: byDefault(3, 'institutions of the same kind, level and specialty, itself among them'),
  },
  parts: [
    stays,
    ...peersParts<Told, Tally, Spreads, Evidence, Params>({
      topic: TOPIC,
      partialMonths: true,
      on: ['told'],
      hears: [COUNTED],
      root: ({ topic, of }) => (topic === COUNTED ? of : ''),
      at: ({ values }) => (values as Counted).at,
      initial: () => ({ discharges: 0, readmissions: {} }),
      count(tally, { values }) {
        const { kind, mdtrt_id, names, sign } = values as Counted & { readonly sign: 1 | -1 }
        if (kind === 'discharge') tally.discharges += sign
        else if (sign > 0) tally.readmissions[mdtrt_id] = names
        else delete tally.readmissions[mdtrt_id]
      },
      measures({ discharges, readmissions }, { params }) {
        if (discharges < params.least_discharges) return undefined
        return { rate: Object.keys(readmissions).length / discharges }
      },
      gather: spreads,
      judge({ month, tally, measures, peers }, { params }) {
        const spread = peers.rate!
        if (spread.n < params.least_peers) return 'SAMPLE_SMALL'
        const limit = upperBound(spread, params.mads)
        const later = Object.keys(tally.readmissions).sort()
        if (!isAbove(measures.rate!, limit) || later.length < params.least_readmissions) return undefined
        const names = new Map(Object.values(tally.readmissions).flat())
        const inTime = [...names].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1))
        return {
          result: 'indicator',
          severity: 4,
          vola_amt: 0,
          setl_ids: inTime.map(([id]) => id),
          count: later.length,
          evidence: {
            month,
            discharges: tally.discharges,
            readmissions: later.length,
            rate: percent(measures.rate!),
            peers: { institutions: spread.n, median: percent(spread.median), mad: percent(spread.mad), limit: percent(limit) },
            stays: later.slice(0, SHOWN),
          },
        }
      },
    }),
  ],
  explain({ month, discharges, readmissions, rate, peers }, language) {
    return language === 'zh'
      ? `${month}出院${discharges}人次，31天内非计划再入院${readmissions}人次（${rate}%），高于同类上限${peers.limit}%。`
      : `In ${month} ${readmissions} unplanned readmissions stood against ${discharges} discharges (${rate} %), above the limit of ${peers.limit} % of ${peers.institutions} peers.`
  },
  example: {
    month: '2026-03',
    discharges: 210,
    readmissions: 25,
    rate: 11.9,
    peers: { institutions: 9, median: 4.1, mad: 0.9, limit: 6.8 },
    stays: ['M1', 'M2'],
  },
})
