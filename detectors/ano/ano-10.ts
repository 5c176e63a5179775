import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import { DAY, dayOf, formatDay, type Instant, MINUTE } from '../../schemas/time.ts'
import {
  type Context,
  defineDetector,
  type Finding,
  type Part,
  type Step,
  type Told,
  UNCHANGED,
  type Visit,
} from '../detector.ts'
import { countyOf } from '../kit/county.ts'
import { groupBy } from '../kit/group-by.ts'
import { packTime, unpackTime } from '../kit/packed.ts'
import { inTime } from '../kit/remembered.ts'
import { NOTHING_HOLDS } from '../kit/window.ts'
import { byDefault } from '../params.ts'

interface Seen {
  readonly id: string
  readonly at: Instant
  readonly fixmedins_code: string
  readonly doctor: string
  readonly fund: Fen
}

interface Person {
  readonly seen: readonly Seen[]
  /** The county that has been told of the person. */
  readonly told: string
}

/** An edge of the graph: what one person did at one institution. */
type Edges = Readonly<Record<string, readonly Seen[]>>

interface Evidence {
  readonly region: string
  readonly from: string
  readonly to: string
  readonly persons: readonly string[]
  readonly institutions: readonly string[]
  readonly doctors: readonly string[]
  /** Pairs of members who came to one institution on one day, as many as there were and as chance would bring. */
  readonly shared_events: number
  readonly expected: number
  readonly z: number
  readonly settlements: number
  readonly vola_amt: number
}

interface Params {
  readonly persons: number
  readonly institutions: number
  readonly events: number
  readonly days: number
  readonly z: number
  readonly available: number
}

const TOPIC = 'ANO-10/edges'
const SHOWN = 100
const MOST_SEEN = 200

/** The institutions to which somebody came so often within the window. */
function edgesOf(seen: readonly Seen[], { events, institutions }: Params): Edges | undefined {
  if (seen.length < events * institutions) return undefined
  const often = [...groupBy(seen, ({ fixmedins_code }) => fixmedins_code)].filter(([, at]) => at.length >= events)
  return often.length >= institutions ? Object.fromEntries(often.sort(([a], [b]) => (a < b ? -1 : 1))) : undefined
}

/** Remembers a month, tells the county of who may be part of a ring, and of who no longer is. */
function personStep(seen: readonly Seen[], told: string, context: Context<Params>): Step<Person, Evidence> {
  const { root, params, watermark, at } = context
  const newest = seen.at(-1)?.at ?? 0
  const now = Math.min(newest, watermark)
  const edges = edgesOf(seen, params)
  // What may be part of a ring is kept beyond the window, so that a void can still take it apart.
  const near = edges ? seen.slice(-MOST_SEEN) : seen.filter((one) => dayOf(one.at) > dayOf(now) - params.days - 1)
  const county = edges ? countyOf(Object.keys(edges)[0]!) : ''
  const tell = (of: string, values: Edges | null): Told => {
    return { kind: 'told', topic: TOPIC, of, period: root, at, admdvs: '', values }
  }
  const tells: Told[] = []
  if (told !== '' && told !== county) tells.push(tell(told, null))
  if (edges) tells.push(tell(county, edges))
  if (near.length === 0) return { state: undefined, tells }
  return {
    state: { seen: near, told: county },
    tells: tells.length > 0 ? tells : undefined,
    forgetAt: edges ? undefined : newest + (params.days + 1) * DAY + 10 * MINUTE,
  }
}

const personPart: Part<Visit, Person, Evidence, Params> = {
  name: 'PERSON',
  on: ['settlement'],
  space: 'person',
  root: ({ psn_no }) => psn_no,
  key: () => '',
  concerns: ({ fund_pay_sumamt }) => fund_pay_sumamt > 0,
  memoryless: false,
  form: {
    pack: ({ seen, told }) => [
      told,
      ...seen.flatMap(({ id, at, fixmedins_code, doctor, fund }) => [id, packTime(at), fixmedins_code, doctor, fund]),
    ],
    unpack([told, ...packed]) {
      const seen: Seen[] = []
      for (let i = 0; i < packed.length; i += 5) {
        const [id, at, fixmedins_code, doctor, fund] = packed.slice(i, i + 5)
        seen.push({ id, at: unpackTime(at), fixmedins_code, doctor, fund })
      }
      return { seen, told }
    },
  },
  initial: () => ({ seen: [], told: '' }),
  onEvent({ seen, told }, visit, context) {
    const { setl_id: id, setl_time: at, fixmedins_code, chfpdr_code: doctor, fund_pay_sumamt: fund } = visit
    return personStep([...seen, { id, at, fixmedins_code, doctor, fund }].sort(inTime), told, context)
  },
  onVoid({ seen, told }, original, context) {
    const left = seen.filter(({ id }) => id !== (original as Visit).setl_id)
    return left.length === seen.length ? UNCHANGED : personStep(left, told, context)
  },
}

interface Region {
  readonly persons: Record<string, Edges>
}

interface Ring {
  readonly persons: readonly string[]
  readonly institutions: readonly string[]
  readonly seen: readonly Seen[]
  readonly shared: number
  readonly expected: number
  readonly z: number
}

/** Of what each member did at the institutions, what lies within one window: the one in which most was done. */
function densest(seen: readonly Seen[], days: number): readonly Seen[] {
  let best: readonly Seen[] = []
  for (const { at } of seen) {
    const window = seen.filter((one) => dayOf(one.at) <= dayOf(at) && dayOf(one.at) > dayOf(at) - days)
    if (window.length > best.length) best = window
  }
  return best
}

/** How often members came to one institution on one day, against what their numbers of visits would bring by chance. */
function ringOf(persons: readonly string[], institutions: readonly string[], region: Region, params: Params): Ring | undefined {
  const all = persons.flatMap((person) => institutions.flatMap((code) => region.persons[person]![code]!))
  const window = new Set(densest(all, params.days))
  const within = (person: string, code: string) => region.persons[person]![code]!.filter((seen) => window.has(seen))
  const members = persons.filter((person) => institutions.every((code) => within(person, code).length >= params.events))
  if (members.length < params.persons) return undefined
  let [shared, expected] = [0, 0]
  for (const code of institutions) {
    const days = members.map((person) => new Set(within(person, code).map(({ at }) => dayOf(at))))
    days.forEach((one, i) => {
      for (const other of days.slice(i + 1)) {
        expected += (one.size * other.size) / params.days
        for (const day of one) if (other.has(day)) shared++
      }
    })
  }
  const z = (shared - expected) / Math.sqrt(expected)
  if (z <= params.z) return undefined
  const seen = members.flatMap((person) => institutions.flatMap((code) => within(person, code))).sort(inTime)
  return { persons: members, institutions, seen, shared, expected, z }
}

/** Rings: for each pair of institutions the persons that both have often, and whatever else all of them share. */
function ringsIn(region: Region, params: Params): Ring[] {
  const of = new Map<string, string[]>()
  for (const person of Object.keys(region.persons).sort()) {
    for (const code of Object.keys(region.persons[person]!)) of.set(code, [...(of.get(code) ?? []), person])
  }
  const codes = [...of.keys()].filter((code) => of.get(code)!.length >= params.persons).sort()
  const rings = new Map<string, Ring>()
  codes.forEach((one, i) => {
    for (const other of codes.slice(i + 1)) {
      const common = of.get(one)!.filter((person) => of.get(other)!.includes(person))
      if (common.length < params.persons) continue
      const shared = codes.filter((code) => common.every((person) => of.get(code)!.includes(person)))
      const ring = rings.has(shared.join()) ? undefined : ringOf(common, shared, region, params)
      if (ring) rings.set(shared.join(), ring)
    }
  })
  return [...rings.values()]
}

/** Where there are few places to go to everybody meets there. Where none is known nothing is concluded from it. */
function hasFewPlaces(region: string, { at, reference, params }: Context<Params>): boolean {
  const known = reference.allOf('institution', at, {}).filter(({ row }) => row.admdvs === region)
  return known.length > 0 && known.length <= params.available
}

function findingOn(region: string, { persons, institutions, seen, shared, expected, z }: Ring): Finding<Evidence> {
  const [first, last] = [seen[0]!, seen.at(-1)!]
  const vola_amt = seen.reduce((sum, { fund }) => sum + fund, 0)
  const round = (value: number) => Math.round(value * 10) / 10
  return {
    // A ring has no number of its own: its institutions name it.
    subject: { type: 'group', id: institutions.join('+') },
    bucket: `|${region}`,
    result: 'suspicion',
    severity: 1,
    vola_amt,
    setl_ids: seen.map(({ id }) => id).slice(0, 500),
    lines: [],
    at: last.at,
    first_seen: first.at,
    count: persons.length,
    ...{ psn_no: '', fixmedins_code: last.fixmedins_code, admdvs: /^\d{6}$/.test(region) ? region : '', insu_admdvs: '' },
    evidence: {
      region,
      from: formatDay(dayOf(first.at)),
      to: formatDay(dayOf(last.at)),
      persons: persons.slice(0, SHOWN),
      institutions,
      doctors: [...new Set(seen.flatMap(({ doctor }) => doctor || []))].sort().slice(0, SHOWN),
      shared_events: shared,
      expected: round(expected),
      z: round(z),
      settlements: seen.length,
      vola_amt: yuan(vola_amt),
    },
  }
}

const regionPart: Part<Told, Region, Evidence, Params> = {
  name: '',
  on: ['told'],
  space: 'group',
  root: ({ topic, of }) => (topic === TOPIC ? of : ''),
  key: () => '',
  memoryless: false,
  owned: true,
  initial: () => ({ persons: {} }),
  onEvent(region, { period, values }, context) {
    const { root, params } = context
    if (values === null) delete region.persons[period]
    else region.persons[period] = values as Edges
    const persons = Object.keys(region.persons).length
    if (persons === 0) return { state: undefined, holds: NOTHING_HOLDS }
    const rings = persons < params.persons ? [] : ringsIn(region, params)
    if (rings.length === 0 || hasFewPlaces(root, context)) return { state: region, holds: NOTHING_HOLDS }
    return { state: region, holds: rings.map((ring) => findingOn(root, ring)) }
  },
}

/**
 * ANO-10 医-药-患团伙: the same persons come together, again and again, to the same institutions. Only who comes often to
 * several of them is told to the region, so that its graph is small; five persons are more than a family, and a nursing home
 * is told as an exception.
 */
export default defineDetector<Evidence, Params>({
  id: 'ANO-10',
  version: 1,
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
    z: byDefault(5, 'standard deviations of the days they share above what their numbers of visits would bring'),
  },
  parts: [personPart, regionPart],
  explain({ from, to, persons, institutions, shared_events, expected, z, settlements, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    return language === 'zh'
      ? `${from}至${to}${persons.length}人反复同日到${institutions.length}家机构结算${settlements}笔，同日${shared_events}次，随机预期${expected}次（${z}σ），基金${amount}元。`
      : `From ${from} to ${to} ${persons.length} persons came together to ${institutions.length} institutions, ${settlements} settlements: ${shared_events} shared days, ${expected} by chance (${z} σ); ${amount} yuan of the fund.`
  },
  example: {
    region: '990101',
    from: '2026-03-02',
    to: '2026-03-20',
    persons: ['PSN1', 'PSN2', 'PSN3', 'PSN4', 'PSN5'],
    institutions: ['H99010100001', 'P99010100001'],
    doctors: ['D990101000001'],
    shared_events: 60,
    expected: 6,
    z: 22,
    settlements: 30,
    vola_amt: 2100,
  },
})
