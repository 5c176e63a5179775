import type { SkipReason } from '../../../schemas/errors.ts'
import type { ReferenceRow } from '../../../schemas/reference.ts'
import { DAY, dayOf, HOUR, type Instant, SECOND } from '../../../schemas/time.ts'
import {
  type Context,
  type Finding,
  type Form,
  type Heard,
  type Part,
  type Step,
  type Told,
  UNCHANGED,
  type Voidable,
} from '../../detector.ts'
import { endOfMonth, firstDayOf, monthOf, monthsAfter } from '../plain/calendar.ts'
import { type Spread, spreadOf } from '../plain/robust.ts'
import { packTime, unpackTime } from './packed.ts'
import { peerGroupOf } from './peer-group.ts'
import { inTime } from './remembered.ts'
import { type Entry, NOTHING_HOLDS } from './window.ts'

/** What an institution's month comes to: numbers by name (a ratio, an item's share). */
export type Measures = Readonly<Record<string, number>>
/** What the peers come to in one measure each. */
export type Spreads = Readonly<Record<string, Spread>>

/** An institution's month as it stands, its peers, and what was told of its months before. */
export interface Compared<T, B> {
  readonly month: string
  readonly tally: T
  readonly measures: Measures
  readonly peers: B
  /** The months before, as they were when they closed, oldest first. */
  readonly before: readonly MonthBefore<B>[]
}

export interface MonthBefore<B> {
  readonly month: string
  readonly measures: Measures
  /** Absent for an institution that nobody knows, and until they have answered. */
  readonly peers?: B
}

/** What a rule says of the month; everything else follows from the key. */
export type SaidOfMonth<V> = Pick<Finding<V>, 'result' | 'severity' | 'vola_amt' | 'evidence'> & Partial<Finding<V>>

/**
 * A rule that compares an institution's month with those of its peers. The month is counted as events come; 72 hours after
 * its end, when nothing can come any more, its measures are told to the peer group, and an hour later the group answers
 * each member. What was told stays: a later reversal changes the institution's own month and never the peers' (contract,
 * "Time and order").
 */
export interface PeersRule<E extends Heard, T, B, V, P> {
  /** Stands before its topics; the detector's id, and where several of its parts compare, their names. */
  readonly topic: string
  /** Name of the part that counts, and holds the findings. */
  readonly name?: string
  readonly on: readonly E['kind'][]
  /** The topics that it counts, where it counts what is told. */
  readonly hears?: readonly string[]
  root(event: E): string
  at(event: E): Instant
  concerns?(event: E, context: Context<P>): boolean
  /** An empty tally, plain enough for JSON. */
  initial(): T
  /** Absent: the tally is written down as it is. */
  readonly form?: Form<T>
  /** Adds the event to the tally in place, or takes it away (`sign` -1). */
  count(tally: T, event: E, sign: 1 | -1, context: Context<P>): void
  /** The settlement by which a finding can name the event. */
  named?(event: E): Entry | undefined
  /** So many of them are named, the first of the month by time and id; 50 where absent. */
  readonly names?: number
  /** What the month comes to; `undefined`: nothing to compare. */
  measures(tally: T, context: Context<P>): Measures | undefined
  /** Whom the institution is compared with; by kind, level and specialty where absent. */
  groupOf?(row: ReferenceRow<'institution'>): string
  /** What the members come to together; `spreads` where the peers' median and deviation will do. */
  gather(members: ReadonlyMap<string, Measures>): B
  /** Several things where the month is one key for each of several items or groups: their buckets tell them apart. */
  judge(compared: Compared<T, B>, context: Context<P>): SaidOfMonth<V> | readonly SaidOfMonth<V>[] | SkipReason | undefined
  /** Whether the month in which history begins is compared too: all peers lack the same days of it. */
  readonly partialMonths?: true
  /** How many months before are handed on; none where absent. */
  readonly before?: number
}

interface MonthMemory<T, B> {
  tally: T
  /** The first of the month, by time and id: more than are named, so that those that follow are known when some are reversed. */
  readonly names: Entry[]
  /** How many there are in all. */
  settlements: number
  /** Set when the month has been told. */
  admdvs?: string
  /** What the month came to when it closed. */
  told?: Measures
  peers?: B
  before?: readonly MonthBefore<B>[]
}

interface Group {
  readonly members: Record<string, { readonly admdvs: string; readonly measures: Measures }>
}

/** Inpatient settlements and inventory may come so late (contract, "Time and order"). */
const CLOSED_AFTER = 72 * HOUR
const ANSWERED_AFTER = CLOSED_AFTER + HOUR
/** 26 months. */
const KEPT = 26 * 31 * DAY
const NAMES = 50
const SPARE = 1.2

/** The two parts of a rule: the institution's month, and the group of its peers. */
export function peersParts<E extends Heard, T, B, V, P>(
  rule: PeersRule<E, T, B, V, P>,
): readonly [Part<E | Told, MonthMemory<T, B>, V, P>, Part<Told, Group, V, P>] {
  return [monthPart(rule), groupPart(rule)]
}

/** A spread for every measure that any member has. */
export function spreads(members: ReadonlyMap<string, Measures>): Spreads {
  const values: Record<string, number[]> = {}
  for (const measures of members.values()) {
    for (const name of Object.keys(measures)) {
      const known = values[name]
      if (known) known.push(measures[name]!)
      else values[name] = [measures[name]!]
    }
  }
  return Object.fromEntries(Object.entries(values).map(([name, all]) => [name, spreadOf(all)]))
}

function monthPart<E extends Heard, T, B, V, P>(rule: PeersRule<E, T, B, V, P>): Part<E | Told, MonthMemory<T, B>, V, P> {
  const [toPeers, toMember, toNext] = ['month', 'peers', 'before'].map((what) => `${rule.topic}/${what}`) as [
    string,
    string,
    string,
  ]
  const most = rule.names ?? NAMES
  const countsTold = (rule.on as readonly string[]).includes('told')
  /** What was told to the month itself; a rule may count what others tell. */
  const toldIn = (event: E | Told): Told | undefined => {
    const told = event.kind === 'told' ? (event as Told) : undefined
    return told?.topic === toMember || told?.topic === toNext ? told : undefined
  }
  const monthIn = (event: E | Told) => toldIn(event)?.period ?? monthOf(dayOf(rule.at(event as E)))

  function isKnown(month: string, { history_from }: Context<P>): boolean {
    const since = dayOf(history_from)
    return rule.partialMonths ? month >= monthOf(since) : firstDayOf(month) >= since
  }

  function forgetAt(month: string): Instant {
    return endOfMonth(month) + KEPT
  }

  /** What holds of a month that has been compared; nothing is said of one that has not. */
  function judged(memory: MonthMemory<T, B>, month: string, context: Context<P>): Step<MonthMemory<T, B>, V> {
    if (memory.admdvs === undefined) return { state: memory, wakeAt: endOfMonth(month) + CLOSED_AFTER, forgetAt: forgetAt(month) }
    const step = { state: memory, forgetAt: forgetAt(month) }
    if (memory.peers === undefined) return step
    const { tally, peers, before = [] } = memory
    const measures = rule.measures(tally, context)
    const said = measures && rule.judge({ month, tally, measures, peers, before }, context)
    if (said === undefined) return { holds: NOTHING_HOLDS, ...step }
    if (typeof said === 'string') return { holds: NOTHING_HOLDS, skipped: said, ...step }
    const all = isSeveral(said) ? said : [said]
    return { holds: all.map((one) => findingOf(memory, month, one, context)), ...step }
  }

  function namesIn({ names, settlements }: MonthMemory<T, B>): Pick<Finding<V>, 'setl_ids' | 'setl_count'> {
    return { setl_ids: names.slice(0, most).map(({ id }) => id), setl_count: settlements }
  }

  function findingOf(memory: MonthMemory<T, B>, month: string, said: SaidOfMonth<V>, { root }: Context<P>): Finding<V> {
    return {
      subject: { type: 'institution', id: root },
      bucket: month,
      lines: [],
      at: endOfMonth(month) - SECOND,
      psn_no: '',
      fixmedins_code: root,
      admdvs: memory.admdvs!,
      insu_admdvs: '',
      ...said,
      ...(said.setl_ids ? { setl_ids: said.setl_ids } : namesIn(memory)),
    }
  }

  function hear(memory: MonthMemory<T, B>, told: Told, context: Context<P>): Step<MonthMemory<T, B>, V> {
    const { topic, period } = told
    if (topic === toMember) memory.peers = told.values as B
    else memory.before = told.values as readonly MonthBefore<B>[]
    return { ...judged(memory, period, context), tells: topic === toMember ? handedOn(memory, period, context) : undefined }
  }

  /** The month and those before it, for the next one; told again when the peers have answered. */
  function handedOn(memory: MonthMemory<T, B>, month: string, { root: of, at }: Context<P>): Told[] {
    const { told: measures, peers, before = [], admdvs = '' } = memory
    const own = measures ? [{ month, measures, ...(peers === undefined ? {} : { peers }) }] : []
    const values = [...before, ...own].filter((earlier) => earlier.month > monthsAfter(month, -(rule.before ?? 0)))
    if (values.length === 0) return []
    return [{ kind: 'told', topic: toNext, of, period: monthsAfter(month, 1), at, admdvs, values }]
  }

  /** The month is over: its measures go to the peers, and with those before it to the next month. */
  function close(memory: MonthMemory<T, B>, month: string, context: Context<P>): Step<MonthMemory<T, B>, V> {
    const { root, at, reference } = context
    const row = reference.find('institution', root, endOfMonth(month) - SECOND)?.row
    memory.admdvs = row?.admdvs ?? ''
    const measures = rule.measures(memory.tally, context)
    if (measures) memory.told = measures
    const tells = handedOn(memory, month, context)
    const group = row && (rule.groupOf ?? peerGroupOf)(row)
    if (measures && group !== undefined)
      tells.push({
        kind: 'told',
        topic: toPeers,
        of: root,
        period: month,
        at,
        admdvs: memory.admdvs,
        values: { group, measures },
      })
    return { state: memory, tells, forgetAt: forgetAt(month) }
  }

  return {
    name: rule.name ?? '',
    on: [...new Set([...rule.on, 'told'])] as readonly (E | Told)['kind'][],
    hears: [toMember, toNext, ...(rule.hears ?? [])],
    space: 'institution',
    root: (event) => {
      const told = toldIn(event)
      if (told) return told.of
      return event.kind === 'told' && !countsTold ? '' : rule.root(event as E)
    },
    key: monthIn,
    concerns: (event, context) => toldIn(event) !== undefined || (rule.concerns?.(event as E, context) ?? true),
    memoryless: false,
    owned: true,
    form: monthForm(rule.form),
    initial: () => ({ tally: rule.initial(), names: [], settlements: 0 }),
    onEvent(memory, heard, context) {
      const told = toldIn(heard)
      if (told) return hear(memory, told, context)
      const event = heard as E
      const month = monthIn(event)
      // A month whose beginning is not known is no month to compare with another one.
      if (!isKnown(month, context)) return { skipped: 'HISTORY_SHORT', ...UNCHANGED }
      rule.count(memory.tally, event, 1, context)
      const named = rule.named?.(event)
      if (named) {
        memory.settlements++
        insertName(memory.names, named, Math.ceil(most * SPARE))
      }
      return judged(memory, month, context)
    },
    onVoid(memory, original, context) {
      const event = original as E & Voidable
      const month = monthIn(event)
      if (rule.concerns && !rule.concerns(event, context)) return UNCHANGED
      if (!isKnown(month, context)) return UNCHANGED
      rule.count(memory.tally, event, -1, context)
      const named = rule.named?.(event)
      if (named) memory.settlements--
      const place = named ? memory.names.findIndex(({ id }) => id === named.id) : -1
      if (place >= 0) memory.names.splice(place, 1)
      return judged(memory, month, context)
    },
    onTime(memory, context) {
      return close(memory, monthOf(dayOf(context.at - CLOSED_AFTER) - 1), context)
    },
  }
}

/** `Array.isArray` does not know read-only arrays. */
function isSeveral<T>(said: T | readonly T[]): said is readonly T[] {
  return Array.isArray(said)
}

/** Keeps the first so many by time and id. Those beyond are not sought again when a reversal takes one of them. */
function insertName(names: Entry[], named: Entry, most: number): void {
  let at = names.length
  while (at > 0 && inTime(named, names[at - 1]!) < 0) at--
  if (at >= most) return
  names.splice(at, 0, named)
  if (names.length > most) names.pop()
}

function monthForm<T, B>(form: Form<T> | undefined): Form<MonthMemory<T, B>> {
  return {
    pack({ tally, names, ...more }) {
      const packed: (string | number)[] = []
      for (const { id, at } of names) packed.push(id, packTime(at))
      return [form ? form.pack(tally) : tally, packed, more]
    },
    unpack([tally, packed, more]) {
      const names: Entry[] = []
      for (let i = 0; i < packed.length; i += 2) names.push({ id: packed[i], at: unpackTime(packed[i + 1]) })
      return { tally: form ? form.unpack(tally) : tally, names, settlements: names.length, ...more }
    },
  }
}

function groupPart<E extends Heard, T, B, V, P>(rule: PeersRule<E, T, B, V, P>): Part<Told, Group, V, P> {
  const [toPeers, toMember] = [`${rule.topic}/month`, `${rule.topic}/peers`]
  return {
    name: rule.name ? `${rule.name}-PEERS` : 'PEERS',
    on: ['told'],
    hears: [toPeers],
    space: 'peers',
    // A group of institutions of which nothing is said still has a name.
    root: ({ topic, values }) => (topic === toPeers ? `g:${(values as { group: string }).group}` : ''),
    key: ({ period }) => period,
    memoryless: false,
    owned: true,
    initial: () => ({ members: {} }),
    onEvent({ members }, { of, period, admdvs, values }) {
      members[of] = { admdvs, measures: (values as { measures: Measures }).measures }
      return { state: { members }, wakeAt: endOfMonth(period) + ANSWERED_AFTER }
    },
    onTime({ members }, { at }) {
      const codes = Object.keys(members).sort()
      const gathered = rule.gather(new Map(codes.map((of) => [of, members[of]!.measures])))
      const period = monthOf(dayOf(at - ANSWERED_AFTER) - 1)
      const tells = codes.map((of): Told => {
        return { kind: 'told', topic: toMember, of, period, at, admdvs: members[of]!.admdvs, values: gathered }
      })
      return { state: undefined, tells }
    },
  }
}
