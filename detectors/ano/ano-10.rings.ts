import { dayOf, type Instant } from '../../schemas/time.ts'
import type { Context } from '../detector.ts'
import { inTime } from '../kit/parts/remembered.ts'
import { countyOf } from '../kit/plain/county.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import { coreOf, crowdsOf, inCommon } from './ano-10.crowds.ts'
import { DOCTOR, eachOnce, type Often, oftenPlaces, type PackedSeen, type Seen, unpackSeen } from './ano-10.often.ts'

export interface Edge {
  readonly person: string
  readonly place: string
  readonly events: number
  /** Days shared there with other members, over those that chance would bring. */
  readonly lift: number
}

/** What stands: some people and the places to which they come together. */
export interface Standing {
  readonly people: readonly string[]
  readonly places: readonly string[]
}

/** What a county knows of those who come often to its places. */
export interface County {
  readonly persons: Readonly<Record<string, readonly PackedSeen[]>>
  /** Findings of others that hold, by alert: when, and whom they name. */
  readonly suspicions: Readonly<Record<string, readonly [at: Instant, ...named: string[]]>>
  readonly standing: readonly Standing[]
}

export interface Ring extends Standing {
  readonly seen: readonly Seen[]
  readonly edges: readonly Edge[]
  readonly shared: number
  readonly expected: number
  readonly z: number
  readonly suspected: readonly string[]
  readonly risk: number
}

/** When people who come together are a ring. */
export interface Least extends Often {
  readonly persons: number
  readonly z: number
  readonly available: number
  readonly risk: number
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

/** A county's people with their places. */
interface View {
  readonly persons: ReadonlyMap<string, ReadonlyMap<string, readonly Seen[]>>
  readonly suspected: ReadonlySet<string>
  readonly params: Least
}

function viewOf({ persons, suspicions }: County, params: Least): View {
  const seen = Object.keys(persons).sort()
  return {
    persons: new Map(seen.map((person) => [person, oftenPlaces(persons[person]!.map(unpackSeen), params)])),
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
  const seen = eachOnce(members.flatMap((person) => came.get(person)!.flat()))
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

export function rounded(value: number): number {
  return Math.round(value * 10) / 10
}

/** A ring needs several institutions, or a doctor and a pharmacy; its institutions alone name it where they suffice. */
function ringPlaces(places: readonly string[], { params, at, reference }: Context<Least>): readonly string[] | undefined {
  const institutions = places.filter((place) => !place.startsWith(DOCTOR))
  if (institutions.length >= params.institutions) return institutions
  const sells = (code: string) => {
    const kind = reference.find('institution', code, at)?.row.kind
    return kind ? kind === 'pharmacy' : code.startsWith('P')
  }
  return institutions.length < places.length && institutions.some(sells) ? places : undefined
}

/** Where there are few places to go to everybody meets there. Where none is known nothing is concluded from it. */
function isWithoutChoice({ at, reference, params }: Context<Least>): (code: string) => boolean {
  const known = groupBy(reference.allOf('institution', at, {}), ({ row }) => row.admdvs)
  return (code) => {
    const available = known.get(countyOf(code))?.length ?? 0
    return available > 0 && available <= params.available
  }
}

/** Rings that have stood, and those found in the graph of who comes where. */
export function ringsIn(county: County, context: Context<Least>): Ring[] {
  const view = viewOf(county, context.params)
  const old = stillIn(county.standing, view)
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
function foundIn({ persons }: View, context: Context<Least>): Standing[] {
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
export function idOf({ places }: Standing): string {
  return places.map((place) => place.replace(DOCTOR, '')).join('+')
}

/** Those that have stood, as they are now: time alone takes nothing back. */
export function standingIn(county: County, params: Least): Ring[] {
  return stillIn(county.standing, viewOf(county, params))
}

function stillIn(standing: readonly Standing[], view: View): Ring[] {
  return standing.flatMap((one) => ringOf(one, view) ?? [])
}
