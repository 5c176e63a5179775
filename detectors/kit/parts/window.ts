import type { SkipReason } from '../../../schemas/errors.ts'
import type { Instant } from '../../../schemas/time.ts'
import {
  type Context,
  type Finding,
  type Form,
  type Heard,
  type Part,
  type Space,
  type Step,
  UNCHANGED,
  type VisitHead,
  type Voidable,
} from '../../detector.ts'

/** What a key remembers of one event. `id` is the event's identity (a `setl_id`), by which a void finds it again. */
export interface Entry {
  readonly id: string
  readonly at: Instant
}

/** All that holds over the remembered entries, and when to look again because a verdict waits for the watermark. */
export interface Judgement<V, T extends Entry = Entry> {
  readonly holds: readonly Finding<V>[]
  readonly wakeAt?: Instant
  /** The entries do not suffice for a judgement, and why. */
  readonly skipped?: SkipReason
  /** How long an entry can still matter, where that depends on the others; replaces the rule's own `keep`. */
  readonly keep?: (entry: T) => number
}

export interface WindowRule<E extends Heard | VisitHead, T extends Entry, V, P> {
  readonly name?: string
  readonly on: readonly E['kind'][]
  readonly hears?: readonly string[]
  readonly space: Space
  readonly reads?: 'head'
  root(event: E): string
  key?(event: E): string
  /** Whether the event can matter to the rule at all, where it is cheap to say no. */
  concerns?(event: E, context: Context<P>): boolean
  /** How one entry is written down; absent: as it is. */
  readonly form?: Form<T>
  /**
   * What to remember of the event, why it cannot be judged, or nothing where it does not concern the rule. An entry takes
   * with it what knowledge and parameters say now: rows that arrive later judge nothing anew (contract, "Time and order").
   */
  remember(event: E, context: Context<P>, entries: readonly T[]): T | SkipReason | undefined
  /**
   * Judges the whole memory: a pure function of the SET of entries (sorted by time and id), so that the order of arrival
   * never matters. Findings whose verdict waits are left out until the watermark has passed, with `wakeAt`.
   */
  judge(entries: readonly T[], context: Context<P>): Judgement<V, T>
  /** Why an event is remembered, but cannot be judged to its end; `entries` are those before it. */
  partly?(event: E, entries: readonly T[]): SkipReason | undefined
  /**
   * How long an entry can still matter, milliseconds of event time; allowed lateness is added here, not by the rule.
   * `Infinity`: for ever.
   */
  readonly keep: number | ((entry: T) => number)
  /** Longest delay of the rule's own kinds of events, milliseconds; 72 hours where absent. */
  readonly lateness?: number
}

export interface WindowState<T extends Entry> {
  readonly entries: readonly T[]
  /** How the entries stood written when they were read: only what has come since is packed. */
  readonly read?: Read<T>
}

interface Read<T extends Entry> {
  readonly entries: readonly T[]
  readonly packed: readonly unknown[]
}

/** What nearly every judgement says. */
export const NOTHING_HOLDS: readonly never[] = []

/** Entries that are told and forgotten together, such as those of one visit: so long after the newest of them. */
export function together(entries: readonly Entry[], keep: number): (entry: Entry) => number {
  const newest = entries.at(-1)?.at ?? 0
  return ({ at }) => newest - at + keep
}

/** Longest delay with which an event may arrive and still be judged (contract, "Time and order"). */
const LONGEST_LATENESS = 72 * 3_600_000

/**
 * A part whose memory is a set of entries and whose findings are recomputed from the set. Late events, duplicates of work
 * and voids need no second path: an entry enters or leaves, and the rule says what holds.
 */
export function windowRule<E extends Heard | VisitHead, T extends Entry, V, P>(
  rule: WindowRule<E, T, V, P>,
): Part<E, WindowState<T>, V, P> {
  const { lateness = LONGEST_LATENESS } = rule

  function judged(entries: readonly T[], { read }: WindowState<T>, context: Context<P>): Step<WindowState<T>, V> {
    if (entries.length === 0) return { state: undefined, holds: NOTHING_HOLDS }
    const { holds, wakeAt, skipped, keep = rule.keep } = rule.judge(entries, context)
    const { kept, until } = prune(entries, { keep, lateness, holds, watermark: context.watermark })
    const forgetAt = Number.isFinite(until) ? until : undefined
    return { state: { entries: kept, read }, holds, skipped, wakeAt, forgetAt }
  }

  return {
    name: rule.name ?? '',
    on: rule.on,
    hears: rule.hears,
    space: rule.space,
    root: rule.root,
    key: rule.key ?? (() => ''),
    concerns: rule.concerns,
    reads: rule.reads,
    memoryless: false,
    form: formOf(rule.form, rule.space),
    initial: () => EMPTY,
    onEvent(state, event, context) {
      const remembered = rule.remember(event, context, state.entries)
      if (remembered === undefined) return UNCHANGED
      if (typeof remembered === 'string') return { unchanged: true, state: undefined, skipped: remembered }
      const step = judged(insert(state.entries, remembered), state, context)
      const skipped = rule.partly?.(event, state.entries)
      return skipped ? { ...step, skipped } : step
    },
    onVoid(state, original, context) {
      const left = without(state.entries, voidedId(original))
      return left === state.entries ? UNCHANGED : judged(left, state, context)
    },
    onTime(state, context) {
      return judged(state.entries, state, context)
    },
  }
}

const EMPTY: WindowState<never> = { entries: [] }

/** What is read and written for one event; all other memories stay open for long. */
const BRIEF: readonly Space[] = ['person', 'trace']

function formOf<T extends Entry>(form: Form<T> | undefined, space: Space): Form<WindowState<T>> {
  if (!form) return { pack: ({ entries }) => entries, unpack: (entries: readonly T[]) => ({ entries }) }
  const isBrief = BRIEF.includes(space)
  return {
    pack: ({ entries, read }) => (read ? packedSince(read, entries, form) : entries.map((entry) => form.pack(entry))),
    unpack(packed: readonly unknown[]) {
      const entries = packed.map((entry) => form.unpack(entry))
      return isBrief ? { entries, read: { entries, packed } } : { entries }
    },
  }
}

function packedSince<T extends Entry>(read: Read<T>, entries: readonly T[], form: Form<T>): readonly unknown[] {
  let next = 0
  return entries.map((entry) => {
    const place = read.entries.indexOf(entry, next)
    if (place < 0) return form.pack(entry)
    next = place + 1
    return read.packed[place]
  })
}

function voidedId(original: Voidable): string {
  return original.kind === 'settlement' ? original.setl_id : original.visit.setl_id
}

/** Inserts by time, then id; an entry with the same id is replaced (a correction). */
export function insert<T extends Entry>(entries: readonly T[], entry: T): readonly T[] {
  const others = without(entries, entry.id)
  let at = others.length
  while (at > 0 && isBefore(entry, others[at - 1]!)) at--
  return at === others.length ? [...others, entry] : others.toSpliced(at, 0, entry)
}

/** The very same entries where none has the id. */
export function without<T extends Entry>(entries: readonly T[], id: string): readonly T[] {
  for (const entry of entries) if (entry.id === id) return entries.filter((other) => other.id !== id)
  return entries
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.id < b.id)
}

interface Pruned<T> {
  readonly kept: readonly T[]
  /** When the last of them matters no more. */
  readonly until: Instant
}

interface Pruning<T extends Entry> {
  readonly keep: WindowRule<never, T, never, never>['keep']
  readonly lateness: number
  readonly holds: readonly Finding[]
  readonly watermark: Instant
}

/**
 * Drops what can matter no more; what an open finding rests on stays, so that a void years later can still be judged. An
 * event may be far ahead of the watermark: what waits for the watermark is not dropped because of it.
 */
function prune<T extends Entry>(entries: readonly T[], { keep, lateness, holds, watermark }: Pruning<T>): Pruned<T> {
  const newest = entries[entries.length - 1]!.at
  const now = Math.min(newest, watermark)
  if (typeof keep === 'number') {
    const reach = keep + lateness
    const kept = entries[0]!.at + reach >= now ? entries : dropped(entries, ({ at }) => at + reach >= now, holds)
    return { kept, until: newest + reach }
  }
  let allMatter = true
  let until = newest
  for (const entry of entries) {
    const last = entry.at + keep(entry) + lateness
    if (last < now) allMatter = false
    else if (last > until) until = last
  }
  return { kept: allMatter ? entries : dropped(entries, (entry) => entry.at + keep(entry) + lateness >= now, holds), until }
}

function dropped<T extends Entry>(
  entries: readonly T[],
  matters: (entry: T) => boolean,
  holds: readonly Finding[],
): readonly T[] {
  const pinned = new Set(holds.flatMap((finding) => finding.setl_ids))
  return entries.filter((entry) => matters(entry) || pinned.has(entry.id))
}
