import type { SkipReason } from '../../schemas/errors.ts'
import type { Instant } from '../../schemas/time.ts'
import type { Context, Finding, Heard, Part, Space, Step, Voidable } from '../detector.ts'

/** What a key remembers of one event. `id` is the event's identity (a `setl_id`), by which a void finds it again. */
export interface Entry {
  readonly id: string
  readonly at: Instant
}

/** All that holds over the remembered entries, and when to look again because a verdict waits for the watermark. */
export interface Judgement<V> {
  readonly holds: readonly Finding<V>[]
  readonly wakeAt?: Instant
}

export interface WindowRule<E extends Heard, T extends Entry, V, P> {
  readonly name?: string
  readonly on: readonly E['kind'][]
  readonly space: Space
  root(event: E): string
  key?(event: E): string
  /** What to remember of the event, why it cannot be judged, or nothing where it does not concern the rule. */
  remember(event: E, context: Context<P>): T | SkipReason | undefined
  /**
   * Judges the whole memory: a pure function of the SET of entries (sorted by time and id), so that the order of arrival
   * never matters. Findings whose verdict waits are left out until the watermark has passed, with `wakeAt`.
   */
  judge(entries: readonly T[], context: Context<P>): Judgement<V>
  /** How long an entry can still matter after the newest one, milliseconds; allowed lateness is added here, not by the rule. */
  readonly keep: number
}

export interface WindowState<T extends Entry> {
  readonly entries: readonly T[]
}

/** Longest delay with which an event may arrive and still be judged (contract, "Time and order"). */
const LONGEST_LATENESS = 72 * 3_600_000

/**
 * A part whose memory is a set of entries and whose findings are recomputed from the set. Late events, duplicates of work
 * and voids need no second path: an entry enters or leaves, and the rule says what holds.
 */
export function windowRule<E extends Heard, T extends Entry, V, P>(rule: WindowRule<E, T, V, P>): Part<E, WindowState<T>, V, P> {
  function judged(entries: readonly T[], context: Context<P>): Step<WindowState<T>, V> {
    if (entries.length === 0) return { state: undefined, holds: [] }
    const { holds, wakeAt } = rule.judge(entries, context)
    const newest = entries[entries.length - 1]!.at
    const kept = prune(entries, newest - rule.keep - LONGEST_LATENESS, holds)
    return { state: { entries: kept }, holds, wakeAt, forgetAt: newest + rule.keep + LONGEST_LATENESS }
  }
  return {
    name: rule.name ?? '',
    on: rule.on,
    space: rule.space,
    root: rule.root,
    key: rule.key ?? (() => ''),
    memoryless: false,
    initial: () => ({ entries: [] }),
    onEvent(state, event, context) {
      const remembered = rule.remember(event, context)
      if (remembered === undefined) return { state: state.entries.length > 0 ? state : undefined }
      if (typeof remembered === 'string') return { state: state.entries.length > 0 ? state : undefined, skipped: remembered }
      return judged(insert(state.entries, remembered), context)
    },
    onVoid(state, original, context) {
      const id = voidedId(original)
      const entries = state.entries.filter((entry) => entry.id !== id)
      if (entries.length === state.entries.length) return { state: entries.length > 0 ? state : undefined }
      return judged(entries, context)
    },
    onTime(state, context) {
      return judged(state.entries, context)
    },
  }
}

function voidedId(original: Voidable): string {
  return original.kind === 'settlement' ? original.setl_id : original.visit.setl_id
}

/** Inserts by time, then id; an entry with the same id is replaced (a correction). */
function insert<T extends Entry>(entries: readonly T[], entry: T): T[] {
  const others = entries.filter((other) => other.id !== entry.id)
  let at = others.length
  while (at > 0 && isBefore(entry, others[at - 1]!)) at--
  others.splice(at, 0, entry)
  return others
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.id < b.id)
}

/** Drops what can matter no more; what an open finding rests on stays, so that a void years later can still be judged. */
function prune<T extends Entry>(entries: readonly T[], horizon: Instant, holds: readonly Finding[]): readonly T[] {
  if (entries[0]!.at >= horizon) return entries
  const pinned = new Set(holds.flatMap((finding) => finding.setl_ids))
  return entries.filter((entry) => entry.at >= horizon || pinned.has(entry.id))
}
