import { UndirectedGraph } from 'graphology'
import louvain from 'graphology-communities-louvain'
import { connectedComponents } from 'graphology-components'
import type { Day } from '../../schemas/time.ts'
import { groupBy } from '../kit/plain/group-by.ts'

/** Somebody was at a place on a day. */
export interface Presence {
  readonly who: string
  readonly place: string
  readonly day: Day
}

interface Company {
  /** Days at one place that both shared. */
  shared: number
  /** The days times the logarithm of their lift over chance: a single meeting of two rare visitors has lift, but little weight. */
  weight: number
}

// Its types promise the default export of a module of the language; the module is of Node's older kind.
const communitiesOf = louvain as unknown as typeof louvain.default

/**
 * The groups of at least so many who meet oftener than chance brings: the parts of their graph that hang together, and the
 * communities within them, lest a crowd that touches a ring hide it. People enter the graph in the order of their names and
 * nothing is drawn by lot, so that the same presences make the same groups.
 */
export function crowdsOf(presences: readonly Presence[], least: number, days: number): string[][] {
  const graph = companyOf(presences, days)
  if (graph.size === 0) return []
  const parts = connectedComponents(graph)
  const community = communitiesOf(graph, { getEdgeWeight: 'weight', randomWalk: false, rng: () => 0 })
  const communities = groupBy(graph.nodes(), (who) => community[who])
  const crowds = [...communities.values(), ...parts].filter((crowd) => crowd.length >= least)
  return [...new Map(crowds.map((crowd) => [crowd.sort().join('\0'), crowd])).values()]
}

/** Those who each meet at least so many of the others so often: who only meets one or two of them falls out. */
export function coreOf(presences: readonly Presence[], others: number, meetings: number, days: number): string[] {
  const graph = companyOf(presences, days)
  for (const edge of graph.filterEdges((_, { shared }) => shared < meetings)) graph.dropEdge(edge)
  for (;;) {
    const loose = graph.filterNodes((who) => graph.degree(who) < others)
    if (loose.length === 0) return graph.nodes()
    for (const who of loose) graph.dropNode(who)
  }
}

/** An edge for each two who meet oftener than their numbers of days, out of so many at least, would bring. */
function companyOf(presences: readonly Presence[], least: number): UndirectedGraph<object, Company> {
  const graph = new UndirectedGraph<object, Company>()
  for (const who of [...new Set(presences.map(({ who }) => who))].sort()) graph.addNode(who)
  const daysAt = new Map([...groupBy(presences, ({ place }) => place)].map(([place, there]) => [place, daysOf(there)]))
  for (const days of daysAt.values()) {
    const present = groupBy(
      [...days].flatMap(([who, ofWho]) => [...ofWho].map((day) => ({ who, day }))),
      ({ day }) => day,
    )
    for (const there of present.values()) {
      there.forEach(({ who }, i) => {
        for (const other of there.slice(i + 1))
          graph.updateUndirectedEdge(who, other.who, ({ shared = 0 }) => ({ shared: shared + 1, weight: 0 }))
      })
    }
  }
  const span = Math.max(least, spanOf(presences))
  for (const edge of graph.edges()) {
    const [one, other] = graph.extremities(edge)
    const shared = graph.getEdgeAttribute(edge, 'shared')
    let expected = 0
    for (const days of daysAt.values()) expected += ((days.get(one)?.size ?? 0) * (days.get(other)?.size ?? 0)) / span
    if (shared > expected) graph.setEdgeAttribute(edge, 'weight', shared * Math.log(shared / expected))
    else graph.dropEdge(edge)
  }
  return graph
}

function daysOf(there: readonly Presence[]): Map<string, Set<Day>> {
  return new Map([...groupBy(there, ({ who }) => who)].map(([who, own]) => [who, new Set(own.map(({ day }) => day))]))
}

function spanOf(presences: readonly Presence[]): number {
  const days = presences.map(({ day }) => day).sort((a, b) => a - b)
  return days.length === 0 ? 1 : days.at(-1)! - days[0]! + 1
}

/** What a group has in common: some people and every place to which each of them comes. */
export interface Common {
  readonly people: readonly string[]
  readonly places: readonly string[]
}

/** For each two places those of the crowd who come to both, and what else all of them have in common. */
export function inCommon(crowd: readonly string[], placesOf: (who: string) => readonly string[], least: number): Common[] {
  const graph = new UndirectedGraph()
  for (const who of crowd) {
    graph.mergeNode(`who ${who}`)
    for (const place of placesOf(who)) graph.mergeEdge(`who ${who}`, `at ${place}`)
  }
  const busy = graph.filterNodes((node) => node.startsWith('at ') && graph.degree(node) >= least).sort()
  const found = new Map<string, Common>()
  busy.forEach((one, i) => {
    for (const other of busy.slice(i + 1)) {
      const people = graph.filterNeighbors(one, (who) => graph.areNeighbors(who, other))
      if (people.length < least) continue
      const places = busy.filter((place) => people.every((who) => graph.areNeighbors(who, place)))
      const common = { people: people.map((who) => who.slice(4)).sort(), places: places.map((place) => place.slice(3)) }
      found.set(common.places.join('\0'), common)
    }
  })
  return [...found.values()]
}
