import fc from 'fast-check'
import { DAY, formatInstant, HOUR, type Instant, MINUTE, parseInstant, SECOND } from '../../schemas/time.ts'
import type { Detector } from '../detector.ts'
import { byDefault } from '../params.ts'
import { admission, discharge, type LineGiven, reference, settlement } from './events.ts'
import type { Wire } from './scenario.ts'

/**
 * A very small city for laws over all detectors: so few persons, institutions, doctors, items and boxes that random events
 * meet all the time, and reference rows that make the rules bite.
 */
const AGREED = { from: '2025-01-01', to: '2026-12-31', status: 'active' }
const HALTED = { from: '2026-03-05', to: '2026-04-30', status: 'suspended' }
const place = { kind: 'hospital', level: '3', admdvs: '990101', open_hours: '00:00-24:00' }

const KNOWLEDGE: readonly Wire[] = [
  reference('institution', 'H1', { ...place, lon: 117, lat: 36.6, agreement: [AGREED] }),
  reference('institution', 'H2', { ...place, admdvs: '990201', lon: 119, lat: 36.6, agreement: [AGREED, HALTED] }),
  reference('institution', 'P1', { ...place, kind: 'pharmacy', lon: 117.01, lat: 36.6, terminals: 1, agreement: [AGREED] }),
  reference('doctor', 'D1', { institutions: ['H1'] }),
  reference('doctor', 'D2', { institutions: ['H2'] }),
  reference('person', 'A', { gend: '1', brdy: '1960-02-03' }),
  reference('person', 'B', { gend: '2', brdy: '2012-07-09' }),
  reference('person', 'C', { gend: '1', brdy: '1950-11-30', death_date: '2026-03-03' }),
  reference('price_cap', 'cap', { code: 'CAPPED', cap: 10 }),
  reference('mutex', 'day', { code_a: 'WATCH', code_b: 'ROUND', scope: 'DAY', violating: 'ROUND' }),
  reference('mutex', 'hour', { code_a: 'WATCH', code_b: 'CAPPED', scope: 'HOUR', violating: 'WATCH' }),
  reference('mutex', 'visit', { code_a: 'BED', code_b: 'DAILY', scope: 'VISIT', violating: 'DAILY' }),
  reference('frequency', 'daily', { code: 'DAILY', max_cnt: 2, period: 'DAY' }),
  reference('item', 'HOURLY', { name: '监护', unit: '小时' }),
  reference('item', 'BED', { name: '床位', unit: '日' }),
  reference('item', 'ROUND', { name: '诊查', unit: '日' }),
  reference('gender_limit', 'women', { code: 'WOMEN', gend: '2' }),
  reference('age_limit', 'adults', { code: 'ADULT', min_years: 18 }),
  reference('indication', 'lung', { code: 'ONCO', icd_prefixes: ['C34'], strict: true }),
  reference('indication', 'heart', { code: 'ADULT', icd_prefixes: ['I10'], strict: false }),
]

const PERSONS = {
  A: { gend: '1', brdy: '1960-02-03' },
  B: { gend: '2', brdy: '2012-07-09' },
  C: { gend: '1', brdy: '1950-11-30' },
}
const CODES = ['CAPPED', 'WATCH', 'ROUND', 'DAILY', 'HOURLY', 'BED', 'WOMEN', 'ADULT', 'ONCO']
const CHARGE_TYPES: Readonly<Record<string, string>> = { BED: '01', ROUND: '02' }

/** A few days, one of them far off, and on each of them a few moments that lie seconds, minutes or hours apart. */
const MORNINGS = ['2026-03-02', '2026-03-03', '2026-03-05', '2026-03-06', '2026-09-10'].map((day) =>
  parseInstant(`${day} 08:00:00`),
)
const moment = fc
  .tuple(fc.constantFrom(...MORNINGS), fc.constantFrom(0, 0, 1, 6), fc.constantFrom(0, 3, 9, 40))
  .map(([morning, hours, minutes]) => morning + hours * HOUR + minutes * MINUTE)

const line = fc.record({
  med_list_codg: fc.constantFrom(...CODES),
  cnt: fc.constantFrom(1, 1, 1, 2, 3, 30),
  pric: fc.constantFrom(10, 12.5),
  bilg_dr_codg: fc.constantFrom('D1', 'D2'),
  rx_circ_flag: fc.constantFrom('0', '0', '0', '1'),
  /** Before the settlement. */
  hours: fc.constantFrom(0, 0, 1, 30),
})

const who = fc.record({
  psn_no: fc.constantFrom('A', 'A', 'B', 'C'),
  fixmedins_code: fc.constantFrom('H1', 'H2'),
  chfpdr_code: fc.constantFrom('D1', 'D2'),
  diag: fc.constantFrom('J06.900', 'C34.900', 'I10.x00', ''),
  /** 2 over the network, 1 a receipt that the agency reimburses. */
  pay_loc: fc.constantFrom('2', '2', '2', '2', '1'),
  lines: fc.array(line, { minLength: 1, maxLength: 4 }),
  /** Whether a further line takes one of the first back. */
  takenBack: fc.constantFrom(false, false, false, true),
})
type Who = typeof who extends fc.Arbitrary<infer T> ? T : never

/** Serial numbers are unique in a visit, which may have several settlements: they carry the settlement's name. */
function feedetail({ lines, takenBack }: Pick<Who, 'lines' | 'takenBack'>, name: string, at: Instant): LineGiven[] {
  const told = takenBack ? [...lines, { ...lines[0]!, cnt: -1 }] : lines
  return told.map(({ hours, ...given }, i) => ({
    ...given,
    feedetl_sn: `${name}.${i}`,
    med_chrgitm_type: CHARGE_TYPES[given.med_list_codg] ?? '09',
    fee_ocur_time: formatInstant(at - hours * HOUR),
  }))
}

function header({ psn_no, chfpdr_code, diag, pay_loc }: Who, fixmedins_code: string): Wire {
  const diseinfo = diag ? [{ diag_type: '1', maindiag_flag: '1', diag_code: diag }] : []
  return { ...PERSONS[psn_no as 'A'], psn_no, fixmedins_code, mdtrt_admdvs: '', chfpdr_code, diseinfo, pay_loc }
}

/** What happens at one moment; `id` is unique in the history. */
export type Happening = (id: string, at: Instant) => Wire[]

const visit: fc.Arbitrary<Happening> = fc
  .record({
    who,
    med_type: fc.constantFrom('11', '11', '13', '14', '41'),
    mdtrt_cert_type: fc.constantFrom('01', '03'),
    boxes: fc.subarray(['T1', 'T2', 'T3'], { maxLength: 2 }),
    /** The same again so many minutes later, as a client does that got no answer. */
    again: fc.constantFrom(undefined, undefined, undefined, 3, 90),
    sharesVisit: fc.boolean(),
  })
  .map(({ who, med_type, mdtrt_cert_type, boxes, again, sharesVisit }) => (id, at) => {
    const fixmedins_code = med_type === '41' ? 'P1' : who.fixmedins_code
    const first = settlement({
      ...header(who, fixmedins_code),
      ...{ setl_id: id, setl_time: formatInstant(at), med_type, mdtrt_cert_type },
      mdtrt_id: sharesVisit ? `M-${who.psn_no}-${fixmedins_code}` : `M-${id}`,
      feedetail: feedetail(who, id, at),
      drug_trac_info: boxes.map((drug_trac_codg) => ({ feedetl_sn: `${id}.0`, drug_trac_codg })),
    })
    if (again === undefined) return [first]
    return [first, { ...first, setl_id: `${id}-again`, setl_time: formatInstant(at + again * MINUTE) }]
  })

const stay: fc.Arbitrary<Happening> = fc
  .record({
    who,
    days: fc.constantFrom(0, 1, 3, 3),
    dscg_way: fc.constantFrom('1', '2', '5'),
    told: fc.record({ admission: fc.boolean(), discharge: fc.boolean(), mid: fc.boolean(), final: fc.boolean() }),
  })
  .map(({ who, days, dscg_way, told }) => (id, at) => {
    const mdtrt_id = `M-${id}`
    const [began, halfway, ended] = [at - HOUR, at + 11 * HOUR * days, at + 24 * HOUR * days + HOUR].map(formatInstant)
    const { psn_no, fixmedins_code } = who
    const settled = (setl_id: string, until: Instant, more: Wire) =>
      settlement({
        ...header(who, fixmedins_code),
        ...{ setl_id, mdtrt_id, med_type: '21', setl_time: formatInstant(until), begntime: began },
        // The same lines in each settlement of the stay: a few are charged twice.
        feedetail: feedetail(who, setl_id, at),
        ...more,
      })
    const events: Wire[] = []
    if (told.admission)
      events.push(admission({ mdtrt_id, psn_no, fixmedins_code, begntime: began, dscg_maindiag_code: who.diag }))
    if (told.mid && days > 0) events.push(settled(`${id}-mid`, parseInstant(halfway!), { mid_setl_flag: '1', endtime: halfway }))
    if (told.final) events.push(settled(id, parseInstant(ended!), { endtime: ended, dscg_way }))
    if (told.discharge) events.push(discharge({ mdtrt_id, psn_no, fixmedins_code, endtime: ended, dscg_way }))
    return events
  })

/** Nine persons at one counter within four minutes. */
const burst: fc.Arbitrary<Happening> = fc.constant((id, at) =>
  Array.from({ length: 9 }, (_, i) =>
    settlement({
      ...{ setl_id: `${id}-${i}`, psn_no: `Q${i}`, fixmedins_code: 'P1', mdtrt_admdvs: '', med_type: '41', chfpdr_code: '' },
      setl_time: formatInstant(at + i * 25 * SECOND),
      feedetail: [{ pric: 20 + i, bilg_dr_codg: '' }],
    }),
  ),
)

const returned: fc.Arbitrary<Happening> = fc.constantFrom('T1', 'T2').map((drug_trac_codg) => (id, at) => [
  {
    ...{ kind: 'inventory', inv_id: id, inv_type: 'sale_return', fixmedins_code: 'P1', med_list_codg: 'CAPPED', cnt: 1 },
    ...{ time: formatInstant(at), drug_trac_info: [{ drug_trac_codg }] },
  },
])

const USUAL: readonly Weighted[] = [
  { weight: 12, arbitrary: visit },
  { weight: 6, arbitrary: stay },
  { weight: 1, arbitrary: burst },
  { weight: 1, arbitrary: returned },
]

interface Weighted {
  readonly weight: number
  readonly arbitrary: fc.Arbitrary<Happening>
}

/**
 * What one detector's laws need of the city besides: a file `ID.city.ts` beside it, with a default export. Thresholds may be
 * lowered, so that a few events suffice.
 */
export interface Quarter {
  readonly knowledge?: readonly Wire[]
  readonly happenings?: readonly Weighted[]
  /** Without the city's usual events. */
  readonly alone?: true
  /** Moments besides the city's own, for windows of months. */
  readonly moments?: readonly Instant[]
  readonly params?: Readonly<Record<string, unknown>>
  /** Settlements that may be reversed by the law of voids, besides the city's own. */
  readonly extra?: fc.Arbitrary<Happening>
}

/** The detector with the quarter's thresholds. */
export function within({ params }: Quarter, detector: Detector): Detector {
  if (!params) return detector
  const lowered = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, byDefault(value)]))
  return { ...detector, params: { ...detector.params, ...lowered } }
}

export interface Timed {
  readonly at: Instant
  readonly event: Wire
  /** Longest delay with which the event may arrive (contract, "Time and order"). */
  readonly delay: Instant
}

/** The event with its time and its allowed delay. */
export function timed(event: Wire): Timed {
  const time = (event.time ??
    (event.kind === 'admission' ? event.begntime : event.kind === 'discharge' ? event.endtime : event.setl_time)) as string
  const isSlow = ['admission', 'discharge', 'inventory'].includes(event.kind as string) || event.med_type === '21'
  return { at: parseInstant(time), event, delay: isSlow ? 72 * HOUR : 10 * MINUTE }
}

/** The reversal of a settlement. */
export function reversal({ setl_id, psn_no, fixmedins_code }: Wire, at: Instant): Wire {
  return { kind: 'void', setl_id: `void-${setl_id}`, orig_setl_id: setl_id, psn_no, fixmedins_code, setl_time: formatInstant(at) }
}

/** Nothing but time, instead of an event. */
export function silence(at: Instant): Wire {
  return { kind: 'heartbeat', time: formatInstant(at) }
}

/** In the order of their time; what happens at one moment keeps its order. */
export function byTime(events: readonly Timed[]): Timed[] {
  return events.toSorted((a, b) => a.at - b.at)
}

export interface City {
  readonly knowledge: readonly Wire[]
  /** Also with reversals long after all memory but that of what still holds. */
  readonly history: fc.Arbitrary<Timed[]>
  /** With reversals within every rule's memory. */
  readonly recentHistory: fc.Arbitrary<Timed[]>
  /** One settlement more, to be reversed. */
  readonly extra: fc.Arbitrary<Wire>
}

export function cityOf({ knowledge = [], happenings = [], alone, moments = [], extra }: Quarter): City {
  const when = moments.length === 0 ? moment : fc.oneof(moment, fc.constantFrom(...moments))
  const happening = fc.oneof(...(alone ? [] : USUAL), ...happenings)
  const settled = extra ? [{ weight: 4, arbitrary: extra }] : []
  return {
    knowledge: [...KNOWLEDGE, ...knowledge],
    history: historyWith(happening, when, [5 * MINUTE, 7 * HOUR, 200 * DAY]),
    recentHistory: historyWith(happening, when, [5 * MINUTE, 7 * HOUR]),
    extra: fc
      .tuple(fc.oneof({ weight: 3, arbitrary: visit }, { weight: 1, arbitrary: stay }, ...settled), when)
      .map(([happens, at]) => happens('extra', at).find((event) => event.setl_id === 'extra'))
      .filter((event) => event !== undefined),
  }
}

/** Random events in the order of their time, some settlements of them reversed so long after. */
function historyWith(
  happening: fc.Arbitrary<Happening>,
  when: fc.Arbitrary<Instant>,
  reversals: readonly Instant[],
): fc.Arbitrary<Timed[]> {
  const reversedAfter = fc.option(fc.constantFrom(...reversals), { freq: 2, nil: undefined })
  return fc.array(fc.tuple(happening, when, reversedAfter), { minLength: 8, maxLength: 16 }).map((happenings) =>
    byTime(
      happenings.flatMap(([happens, at, after], i) => {
        const events = happens(`S${i}`, at).map(timed)
        const settled = events.find(({ event }) => event.kind === 'settlement')
        return settled && after !== undefined ? [...events, timed(reversal(settled.event, settled.at + after))] : events
      }),
    ),
  )
}
