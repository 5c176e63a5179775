import { isPharmacy } from '../../schemas/med-class.ts'
import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import { DAY, dayOf, formatDay, type Instant, MINUTE, startOfDay } from '../../schemas/time.ts'
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
import { countyOf } from '../kit/county.ts'
import { coreOf, crowdsOf, inCommon } from '../kit/crowds.ts'
import { groupBy } from '../kit/group-by.ts'
import { type PackedTime, packTime, unpackTime } from '../kit/packed.ts'
import { inTime } from '../kit/remembered.ts'
import { NOTHING_HOLDS } from '../kit/window.ts'
import { byDefault } from '../params.ts'

/** One visit of one person: where, and to whom; nobody's where a counter sold. */
interface Seen {
  readonly id: string
  readonly at: Instant
  readonly fixmedins_code: string
  readonly doctor: string
  readonly fund: Fen
}

type PackedSeen = readonly [id: string, at: PackedTime, fixmedins_code: string, doctor: string, fund: Fen]

interface Person {
  readonly seen: readonly Seen[]
  /** The counties that have been told of the person. */
  readonly told: readonly string[]
}

/** What a county is told of a person: the visits where they come often; `null` where they no longer do. */
interface Often {
  readonly seen: readonly PackedSeen[] | null
  /** A void has taken a visit away. */
  readonly back: boolean
}

interface Edge {
  readonly person: string
  readonly place: string
  readonly events: number
  /** Days shared there with other members, over those that chance would bring. */
  readonly lift: number
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

interface Params {
  readonly persons: number
  readonly institutions: number
  readonly events: number
  readonly days: number
  readonly z: number
  readonly available: number
  readonly risk: number
  readonly memory: number
}

const TOPIC = 'ANO-10/edges'
const SHOWN = 100
const MOST_SEEN = 200
/** Doctors are places too: this tells their codes from those of institutions. */
const DOCTOR = 'doctor:'
/** Whose findings make those suspicious who are named in them. */
const INFORMERS = new Set(['MGT-18', 'ANO-03', 'ANO-04'])

function pack({ id, at, fixmedins_code, doctor, fund }: Seen): PackedSeen {
  return [id, packTime(at), fixmedins_code, doctor, fund]
}

function unpack([id, at, fixmedins_code, doctor, fund]: PackedSeen): Seen {
  return { id, at: unpackTime(at), fixmedins_code, doctor, fund }
}

/** The places of one person with what was done at each: its institutions and its doctors. */
function placesOf(seen: readonly Seen[]): Map<string, Seen[]> {
  const atDoctors = groupBy(
    seen.filter(({ doctor }) => doctor !== ''),
    ({ doctor }) => `${DOCTOR}${doctor}`,
  )
  return new Map([...groupBy(seen, ({ fixmedins_code }) => fixmedins_code), ...atDoctors])
}

/** Visits, by time, so many of which lie within one window. */
function isOften(seen: readonly Seen[], { events, days }: Params): boolean {
  return seen.some(({ at }, i) => {
    const last = seen[i + events - 1]
    return last !== undefined && dayOf(last.at) - dayOf(at) < days
  })
}

/** The places to which somebody comes often, with what was done there. */
function oftenPlaces(seen: readonly Seen[], params: Params): Map<string, readonly Seen[]> {
  return new Map([...placesOf(seen)].filter(([, there]) => isOften(there, params)))
}

/** What was done where somebody comes often, if that is at several institutions, or at a doctor's and at another place. */
function oftenSeen(seen: readonly Seen[], params: Params): readonly Seen[] {
  if (seen.length < params.events * params.institutions) return []
  const often = [...oftenPlaces(seen, params)]
  const institutions = often.filter(([place]) => !place.startsWith(DOCTOR)).map(([place]) => place)
  const isElsewhere = ([place, there]: readonly [string, readonly Seen[]]) =>
    place.startsWith(DOCTOR) && institutions.some((code) => there.every(({ fixmedins_code }) => fixmedins_code !== code))
  if (institutions.length < params.institutions && !often.some(isElsewhere)) return []
  const kept = new Set(often.flatMap(([, there]) => there))
  return seen.filter((one) => kept.has(one))
}

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
  const near = often.length > 0 ? seen.slice(-MOST_SEEN) : seen.filter((one) => dayOf(one.at) > dayOf(now) - params.days - 1)
  const counties = [...new Set(often.map(({ fixmedins_code }) => countyOf(fixmedins_code)))].sort()
  const tell = (of: string, values: Often): Told => {
    return { kind: 'told', topic: TOPIC, of, period: root, at, admdvs: '', values }
  }
  const tells = [
    ...told.filter((county) => !counties.includes(county)).map((county) => tell(county, { seen: null, back })),
    ...counties.map((county) => tell(county, { seen: often.map(pack), back })),
  ]
  if (near.length === 0) return { state: undefined, tells }
  return {
    state: { seen: near, told: counties },
    tells: tells.length > 0 ? tells : undefined,
    forgetAt: counties.length > 0 ? undefined : newest + (params.days + 1) * DAY + 10 * MINUTE,
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
    pack: ({ seen, told }) => [told, ...seen.map(pack)],
    unpack: ([told, ...seen]) => ({ seen: seen.map(unpack), told }),
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

/** What stands: some people and the places to which they come together. */
interface Standing {
  readonly people: readonly string[]
  readonly places: readonly string[]
}

interface Region {
  readonly persons: Record<string, readonly PackedSeen[]>
  /** Findings of others that hold, by alert: when, and whom they name. */
  readonly suspicions: Record<string, readonly [at: Instant, ...named: string[]]>
  standing: readonly Standing[]
  /** The next verdict; 0 where nothing waits for one. */
  due: Instant
}

interface Ring extends Standing {
  readonly seen: readonly Seen[]
  readonly edges: readonly Edge[]
  readonly shared: number
  readonly expected: number
  readonly z: number
  readonly suspected: readonly string[]
  readonly risk: number
}

/** The next Monday's first moment. */
function nextWeek(at: Instant): Instant {
  const MONDAY = 4
  const day = dayOf(at)
  return startOfDay(day + 7 - ((((day - MONDAY) % 7) + 7) % 7))
}

/** Of what was done, what lies within one window: the one in which most was done, the first of several. */
function densest(seen: readonly Seen[], days: number): readonly Seen[] {
  const inOrder = seen.toSorted(inTime)
  let best: readonly Seen[] = []
  let first = 0
  for (const [i, { at }] of inOrder.entries()) {
    while (dayOf(inOrder[first]!.at) <= dayOf(at) - days) first++
    if (i + 1 - first > best.length) best = inOrder.slice(first, i + 1)
  }
  return best
}

/** A county's people with their places, looked at once a week. */
interface View {
  readonly persons: ReadonlyMap<string, ReadonlyMap<string, readonly Seen[]>>
  readonly suspected: ReadonlySet<string>
  readonly params: Params
}

function viewOf({ persons, suspicions }: Region, params: Params): View {
  const seen = Object.keys(persons).sort()
  return {
    persons: new Map(seen.map((person) => [person, oftenPlaces(persons[person]!.map(unpack), params)])),
    suspected: new Set(Object.values(suspicions).flatMap(([, ...named]) => named)),
    params,
  }
}

/** How often members came to one place on one day, against what their numbers of visits would bring by chance. */
function ringOf({ people, places }: Standing, view: View): Ring | undefined {
  const { persons, suspected, params } = view
  const visits = (person: string) => places.map((place) => persons.get(person)?.get(place) ?? [])
  const isEager = (there: readonly Seen[]) => there.length >= params.events
  const eager = people.filter((person) => visits(person).every(isEager))
  const window = new Set(
    densest(
      eager.flatMap((person) => visits(person).flat()),
      params.days,
    ).map(({ id }) => id),
  )
  const within = (person: string) => visits(person).map((there) => there.filter(({ id }) => window.has(id)))
  const came = new Map(eager.map((person) => [person, within(person)]))
  // Each of them meets enough others often enough: out of a large crowd chance alone would choose some who met often.
  const presences = [...came].flatMap(([who, there]) =>
    there.every(isEager) ? there.flatMap((at, i) => at.map((one) => ({ who, place: places[i]!, day: dayOf(one.at) }))) : [],
  )
  const members = coreOf(presences, params.persons - 1, params.events, params.days)
  if (members.length < params.persons) return undefined
  const edges: Edge[] = []
  let [shared, expected] = [0, 0]
  for (const [i, place] of places.entries()) {
    const days = members.map((person) => new Set(came.get(person)![i]!.map(({ at }) => dayOf(at))))
    const present = new Map(
      [
        ...groupBy(
          days.flatMap((own) => [...own]),
          (day) => day,
        ),
      ].map(([day, all]) => [day, all.length]),
    )
    const sum = days.reduce((all, own) => all + own.size, 0)
    for (const [j, own] of days.entries()) {
      const met = [...own].reduce((all, day) => all + present.get(day)! - 1, 0)
      const chance = (own.size * (sum - own.size)) / params.days
      edges.push({ person: members[j]!, place, events: came.get(members[j]!)![i]!.length, lift: rounded(met / chance) })
      // Each pair is counted from both its ends.
      shared += met / 2
      expected += chance / 2
    }
  }
  const z = (shared - expected) / Math.sqrt(expected)
  if (z <= params.z) return undefined
  const seen = distinct(members.flatMap((person) => came.get(person)!.flat()))
  const named = new Set([...members, ...seen.map(({ fixmedins_code }) => fixmedins_code)])
  const risk = riskOf(
    z,
    members,
    [...named].filter((code) => !members.includes(code)),
    view,
  )
  if (risk < params.risk) return undefined
  const suspects = [...named].filter((code) => suspected.has(code)).sort()
  return { people: members, places, seen, edges, shared, expected, z, suspected: suspects, risk }
}

/**
 * Either the meetings convince alone, or what other findings say of the members or of their institutions has to help: at
 * five standard deviations half of them must be named, beyond eight none.
 */
function riskOf(z: number, members: readonly string[], institutions: readonly string[], { suspected }: View): number {
  const shareOf = (nodes: readonly string[]) => nodes.filter((node) => suspected.has(node)).length / nodes.length
  const meetings = 1 - Math.exp(-Math.max(z, 0) / 5)
  return 1 - (1 - meetings) * (1 - Math.max(shareOf(members), shareOf(institutions)))
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}

/** A ring needs several institutions, or a doctor and a pharmacy; its institutions alone name it where they suffice. */
function ringPlaces(places: readonly string[], { params, at, reference }: Context<Params>): readonly string[] | undefined {
  const institutions = places.filter((place) => !place.startsWith(DOCTOR))
  if (institutions.length >= params.institutions) return institutions
  const sells = (code: string) => {
    const kind = reference.find('institution', code, at)?.row.kind
    return kind ? kind === 'pharmacy' : code.startsWith('P')
  }
  return institutions.length < places.length && institutions.some(sells) ? places : undefined
}

/** Where there are few places to go to everybody meets there. Where none is known nothing is concluded from it. */
function isWithoutChoice({ at, reference, params }: Context<Params>): (code: string) => boolean {
  const known = groupBy(reference.allOf('institution', at, {}), ({ row }) => row.admdvs)
  return (code) => {
    const available = known.get(countyOf(code))?.length ?? 0
    return available > 0 && available <= params.available
  }
}

/** Rings that have stood, and those found in the graph of who comes where: time alone takes nothing back. */
function ringsIn(region: Region, context: Context<Params>): Ring[] {
  const view = viewOf(region, context.params)
  const old = region.standing.flatMap((standing) => ringOf(standing, view) ?? [])
  const found = foundIn(view, context).filter((one) => !old.some((ring) => isWithin(one, ring)))
  return found.flatMap((one) => ringOf(one, view) ?? []).reduce(joinedBy, old)
}

/** The same people at one place more are the ring that stands already. */
function isWithin({ people, places }: Standing, ring: Ring): boolean {
  const isMore = ring.places.length < places.length && ring.places.every((place) => places.includes(place))
  return isMore && people.every((who) => ring.people.includes(who))
}

/** Of rings at the same places that have members in common those stay that explain more. */
function joinedBy(rings: Ring[], ring: Ring): Ring[] {
  const others = rings.filter((one) => idOf(one) === idOf(ring) && one.people.some((who) => ring.people.includes(who)))
  const explained = others.reduce((sum, { seen }) => sum + seen.length, 0)
  return ring.seen.length > explained ? [...rings.filter((one) => !others.includes(one)), ring] : rings
}

/** Groups of the county's graph, and what they have in common. */
function foundIn({ persons }: View, context: Context<Params>): Standing[] {
  const { root, params } = context
  const isNone = isWithoutChoice(context)
  const edges = [...persons].flatMap(([who, places]) =>
    [...places].flatMap(([place, there]) =>
      there.every(({ fixmedins_code }) => isNone(fixmedins_code)) ? [] : { who, place, there },
    ),
  )
  const presences = edges.flatMap(({ who, place, there }) => there.map(({ at }) => ({ who, place, day: dayOf(at) })))
  const chosen = groupBy(edges, ({ who }) => who)
  const placesOfWho = (who: string) => chosen.get(who)!.map(({ place }) => place)
  return crowdsOf(presences, params.persons, params.days).flatMap((crowd) =>
    inCommon(crowd, placesOfWho, params.persons).flatMap(({ people, places: all }) => {
      const places = ringPlaces(all, context)
      return places && isOfCounty(places, root) ? { people, places } : []
    }),
  )
}

/** A ring across counties is told by that of its first institution. */
function isOfCounty(places: readonly string[], county: string): boolean {
  return countyOf(places.find((place) => !place.startsWith(DOCTOR))!) === county
}

/** A ring has no number of its own: its places name it. */
function idOf({ places }: Standing): string {
  return places.map((place) => place.replace(DOCTOR, '')).join('+')
}

/** Several groups at the same places are one finding: no member is lost, and nobody is told the places twice. */
function findingOn(region: string, rings: readonly Ring[]): Finding<Evidence> {
  const seen = distinct(rings.flatMap((ring) => ring.seen))
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

/** Each once, by time: a visit may count at its institution and at its doctor's. */
function distinct(seen: readonly Seen[]): Seen[] {
  return [...new Map(seen.map((one) => [one.id, one])).values()].sort(inTime)
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

const regionPart: Part<Told<Often> | FindingChange, Region, Evidence, Params> = {
  name: '',
  on: ['told', 'finding'],
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
    const view = viewOf(region, context.params)
    return {
      ...heldIn(
        region,
        region.standing.flatMap((ring) => ringOf(ring, view) ?? []),
        context,
      ),
      wakeAt,
    }
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
  version: 2,
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
      ? `${from}至${to}${persons.length}人反复同日到${institutions.length}家机构结算${settlements}笔，同日${shared_events}次，随机预期${expected}次（${z}σ），风险${risk}，基金${amount}元。`
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
