import { isPharmacy } from '../../schemas/med-class.ts'
import { formatYuan, yuan } from '../../schemas/money.ts'
import { DAY, type Day, dayOf, formatDay, type Instant, MINUTE, startOfDay } from '../../schemas/time.ts'
import {
  type Context,
  defineDetector,
  type Finding,
  type FindingChange,
  type Part,
  type Step,
  type Told,
  UNCHANGED,
  type Visit,
} from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { unpackTime } from '../kit/parts/packed.ts'
import { inTime } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS } from '../kit/parts/window.ts'
import { countyOf } from '../kit/plain/county.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import { byDefault } from '../params.ts'
import { eachOnce, oftenSeen, type PackedSeen, packSeen, type Seen, unpackSeen } from './ano-10.often.ts'
import {
  type County,
  type Edge,
  idOf,
  type Least,
  type Ring,
  ringsIn,
  rounded,
  type Standing,
  standingIn,
} from './ano-10.rings.ts'

interface Person {
  readonly seen: readonly Seen[]
  /** The counties that have been told of the person. */
  readonly told: readonly string[]
}

/** What a county is told of a person: the visits where they come often; `null` where they no longer do. */
interface Comings {
  readonly seen: readonly PackedSeen[] | null
  /** A void has taken a visit away. */
  readonly back: boolean
}

interface Evidence {
  readonly region: string
  readonly from: string
  readonly to: string
  readonly persons: readonly string[]
  readonly institutions: readonly string[]
  readonly doctors: readonly string[]
  readonly edges: readonly Edge[]
  /** Pairs of members who came to one place on one day, as many as there were and as chance would bring. */
  readonly shared_events: number
  readonly expected: number
  readonly z: number
  /** Members and institutions that other findings speak of. */
  readonly suspected: readonly string[]
  readonly risk: number
  readonly settlements: number
  readonly vola_amt: number
}

interface Params extends Least {
  readonly memory: number
}

const TOPIC = 'ANO-10/edges'
const SHOWN = 100
const MOST_SEEN = 200
/** Whose findings make those suspicious who are named in them. */
const INFORMERS = new Set(['MGT-18', 'ANO-03', 'ANO-04'])

/** Remembers a month, tells the counties of who may be part of a ring, and of who no longer is. */
function personStep(
  seen: readonly Seen[],
  told: readonly string[],
  back: boolean,
  context: Context<Params>,
): Step<Person, Evidence> {
  const { root, params, watermark, at } = context
  const newest = seen.at(-1)?.at ?? 0
  const now = Math.min(newest, watermark)
  const often = oftenSeen(seen, params)
  // What may be part of a ring is kept beyond the window, so that a void can still take it apart.
  const near = often.length > 0 ? seen.slice(-MOST_SEEN) : since(dayOf(now) - params.days, seen)
  const forgetAt = newest + (params.days + 1) * DAY + 10 * MINUTE
  // Nearly everybody comes often nowhere.
  if (near.length > 0 && often.length === 0 && told.length === 0) return { state: { seen: near, told }, forgetAt }
  const counties = [...new Set(often.map(({ fixmedins_code }) => countyOf(fixmedins_code)))].sort()
  const tell = (of: string, values: Comings): Told => {
    return { kind: 'told', topic: TOPIC, of, period: root, at, admdvs: '', values }
  }
  const tells = [
    ...told.filter((county) => !counties.includes(county)).map((county) => tell(county, { seen: null, back })),
    ...counties.map((county) => tell(county, { seen: often.map(packSeen), back })),
  ]
  if (near.length === 0) return { state: undefined, tells }
  return {
    state: { seen: near, told: counties },
    tells: tells.length > 0 ? tells : undefined,
    forgetAt: counties.length > 0 ? undefined : forgetAt,
  }
}

function since(day: Day, seen: readonly Seen[]): readonly Seen[] {
  const [oldest] = seen
  return oldest && dayOf(oldest.at) < day ? seen.filter(({ at }) => dayOf(at) >= day) : seen
}

const personPart: Part<Visit, Person, Evidence, Params> = {
  name: 'PERSON',
  on: ['settlement'],
  space: 'person',
  root: ({ psn_no }) => psn_no,
  key: () => '',
  concerns: (visit) => visit.fund_pay_sumamt > 0 && !isAtAgency(visit),
  memoryless: false,
  form: {
    pack: ({ seen, told }) => [told, ...seen.map(packSeen)],
    unpack: ([told, ...seen]) => ({ seen: seen.map(unpackSeen), told }),
  },
  initial: () => ({ seen: [], told: [] }),
  onEvent({ seen, told }, visit, context) {
    const { setl_id: id, setl_time: at, fixmedins_code, chfpdr_code, fund_pay_sumamt: fund, med_class } = visit
    // Who is named at a pharmacy's counter prescribed elsewhere, and is not met there.
    const doctor = isPharmacy(med_class) ? '' : chfpdr_code
    return personStep([...seen, { id, at, fixmedins_code, doctor, fund }].sort(inTime), told, false, context)
  },
  onVoid({ seen, told }, original, context) {
    const left = seen.filter(({ id }) => id !== (original as Visit).setl_id)
    return left.length === seen.length ? UNCHANGED : personStep(left, told, true, context)
  },
}

interface Region extends County {
  readonly persons: Record<string, readonly PackedSeen[]>
  readonly suspicions: Record<string, readonly [at: Instant, ...named: string[]]>
  standing: readonly Standing[]
  /** The next verdict; 0 where nothing waits for one. */
  due: Instant
}

/** The next Monday's first moment. */
function nextWeek(at: Instant): Instant {
  const MONDAY = 4
  const day = dayOf(at)
  return startOfDay(day + 7 - ((((day - MONDAY) % 7) + 7) % 7))
}

/** Several groups at the same places are one finding: no member is lost, and nobody is told the places twice. */
function findingOn(region: string, rings: readonly Ring[]): Finding<Evidence> {
  const seen = eachOnce(rings.flatMap((ring) => ring.seen))
  const people = [...new Set(rings.flatMap((ring) => ring.people))].sort()
  const [first, last] = [seen[0]!, seen.at(-1)!]
  const sumOf = (value: (ring: Ring) => number) => rings.reduce((sum, ring) => sum + value(ring), 0)
  const [shared, expected] = [sumOf((ring) => ring.shared), sumOf((ring) => ring.expected)]
  const vola_amt = seen.reduce((sum, { fund }) => sum + fund, 0)
  return {
    subject: { type: 'group', id: idOf(rings[0]!) },
    bucket: `|${region}`,
    result: 'suspicion',
    severity: 1,
    vola_amt,
    setl_ids: seen.map(({ id }) => id),
    lines: [],
    at: last.at,
    first_seen: first.at,
    count: people.length,
    ...{ psn_no: '', fixmedins_code: last.fixmedins_code, admdvs: /^\d{6}$/.test(region) ? region : '', insu_admdvs: '' },
    evidence: {
      region,
      from: formatDay(dayOf(first.at)),
      to: formatDay(dayOf(last.at)),
      persons: people.slice(0, SHOWN),
      institutions: [...new Set(seen.map(({ fixmedins_code }) => fixmedins_code))].sort(),
      doctors: [...new Set(seen.flatMap(({ doctor }) => doctor || []))].sort().slice(0, SHOWN),
      edges: rings.flatMap(({ edges }) => edges).slice(0, SHOWN),
      shared_events: shared,
      expected: rounded(expected),
      z: rounded((shared - expected) / Math.sqrt(expected)),
      suspected: [...new Set(rings.flatMap(({ suspected }) => suspected))].sort().slice(0, SHOWN),
      risk: Math.round(Math.max(...rings.map(({ risk }) => risk)) * 100) / 100,
      settlements: seen.length,
      vola_amt: yuan(vola_amt),
    },
  }
}

/** What is too old for any ring goes, unless it belongs to one that stands. */
function forgetOld({ persons, suspicions, standing }: Region, { at, params }: Context<Params>): void {
  const since = at - params.memory * DAY
  const members = new Set(standing.flatMap(({ people }) => people))
  const places = new Set(standing.flatMap((ring) => ring.places))
  for (const [person, seen] of Object.entries(persons)) {
    if (!members.has(person) && unpackTime(seen.at(-1)![1]) < since) delete persons[person]
  }
  for (const [alert, [told, ...named]] of Object.entries(suspicions)) {
    if (told < since && !named.some((node) => members.has(node) || places.has(node))) delete suspicions[alert]
  }
}

/** When the first of what is remembered will be too old. */
function untilOld({ persons, suspicions, standing }: Region, { at, params }: Context<Params>): Instant {
  const members = new Set(standing.flatMap(({ people }) => people))
  const others = Object.keys(persons).filter((person) => !members.has(person))
  const times = [
    ...others.map((person) => unpackTime(persons[person]!.at(-1)![1])),
    ...Object.values(suspicions).map(([told]) => told),
  ]
  return times.length > 0 ? nextWeek(Math.max(at, Math.min(...times) + params.memory * DAY)) : 0
}

const regionPart: Part<Told<Comings> | FindingChange, Region, Evidence, Params> = {
  name: '',
  on: ['told', 'finding'],
  hears: [TOPIC],
  space: 'group',
  root(heard) {
    if (heard.kind === 'told') return heard.topic === TOPIC ? heard.of : ''
    return INFORMERS.has(heard.detector_id) ? countyOf(heard.fixmedins_code) : ''
  },
  key: () => '',
  memoryless: false,
  owned: true,
  initial: () => ({ persons: {}, suspicions: {}, standing: [], due: 0 }),
  onEvent(region, heard, context) {
    const { at, watermark } = context
    const wakeAt = Math.min(region.due || Number.POSITIVE_INFINITY, nextWeek(Math.max(at, watermark)))
    region.due = wakeAt
    if (heard.kind === 'finding') {
      const { alert_id, holds, psn_no, fixmedins_code } = heard
      if (holds) region.suspicions[alert_id] = [heard.at, ...[psn_no, fixmedins_code].filter((code) => code !== '')]
      else delete region.suspicions[alert_id]
      return { state: region, wakeAt }
    }
    const { seen, back } = heard.values
    if (seen) region.persons[heard.period] = seen
    else delete region.persons[heard.period]
    if (!back || !region.standing.some(({ people }) => people.includes(heard.period))) return { state: region, wakeAt }
    // A void does not wait for Monday.
    const { state, holds } = heldIn(region, standingIn(region, context.params), context)
    return { state, holds, wakeAt }
  },
  onTime(region, context) {
    forgetOld(region, context)
    const step = heldIn(region, ringsIn(region, context), context)
    region.due = untilOld(region, context)
    if (region.due === 0 && region.standing.length === 0) return { state: undefined, holds: NOTHING_HOLDS }
    return { ...step, wakeAt: region.due || undefined }
  },
}

function heldIn(region: Region, rings: readonly Ring[], { root }: Context<Params>): Step<Region, Evidence> {
  region.standing = rings.map(({ people, places }) => ({ people, places }))
  const findings = [...groupBy(rings, idOf).values()].map((alike) => findingOn(root, alike))
  return { state: region, holds: findings.length > 0 ? findings : NOTHING_HOLDS }
}

/**
 * ANO-10 医-药-患团伙: the same persons come together, again and again, to the same institutions, or to one doctor and one
 * pharmacy. Only who comes often to several of them is told to the county, so that its graph is small; five persons are more
 * than a family, and a nursing home is told as an exception. Each Monday the county looks at its graph.
 */
export default defineDetector<Evidence, Params>({
  id: 'ANO-10',
  version: 3,
  title: { zh: '医-药-患团伙', en: 'Collusion ring' },
  category: 'ANO',
  result: 'suspicion',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '40(一)' }],
  stages: ['post'],
  behaviour: '诱导协助冒名或虚假就医购药',
  params: {
    persons: byDefault(5, 'members at least'),
    institutions: byDefault(2, 'to which all of them come'),
    events: byDefault(3, 'times each, to each of them'),
    days: byDefault(30),
    available: byDefault(3, 'institutions of a county, or fewer, among which nobody has a choice'),
    memory: byDefault(90, 'days for which a person who comes often is looked at'),
    risk: byDefault(0.8),
    z: byDefault(5, 'standard deviations of the days they share above what their numbers of visits would bring'),
  },
  parts: [personPart, regionPart],
  explain({ from, to, persons, institutions, shared_events, expected, z, risk, settlements, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    return language === 'zh'
      ? `${from}至${to}，${persons.length}人反复同日到${institutions.length}家机构结算${settlements}笔，同日${shared_events}次，随机预期${expected}次（${z}σ），风险${risk}，基金${amount}元。`
      : `From ${from} to ${to} ${persons.length} persons came together to ${institutions.length} institutions, ${settlements} settlements: ${shared_events} shared days, ${expected} by chance (${z} σ), risk ${risk}; ${amount} yuan of the fund.`
  },
  example: {
    region: '990101',
    from: '2026-03-02',
    to: '2026-03-20',
    persons: ['PSN1', 'PSN2', 'PSN3', 'PSN4', 'PSN5'],
    institutions: ['H99010100001', 'P99010100001'],
    doctors: ['D990101000001'],
    edges: [{ person: 'PSN1', place: 'H99010100001', events: 3, lift: 10 }],
    shared_events: 60,
    expected: 6,
    z: 22,
    suspected: [],
    risk: 0.99,
    settlements: 30,
    vola_amt: 2100,
  },
})
