import { type Instant, SECOND } from '../../../../schemas/time.ts'
import { Refused } from './refused.ts'
import type { Actor, Event, Situation } from './situation.ts'
import { UNDOABLE } from './transitions.ts'

const UNDO_WITHIN = 10 * SECOND

/** What would take the last action back. */
export interface Undo {
  readonly by: string
  readonly action: Event
  readonly until: Instant
  readonly before: Situation
}

/** How the action that led from `before` to the present can be undone; null where the law does not allow it. */
export function undoOf(before: Situation, action: Event, actor: Actor, now: Instant): Undo | null {
  return UNDOABLE.includes(action) ? { by: actor.name, action, until: now + UNDO_WITHIN, before } : null
}

/**
 * The situation before the last action, as a new version: the first action remains in the history, and so does this one.
 * @throws Refused `UNDO_NOTHING`, `UNDO_FORBIDDEN`, `UNDO_TOO_LATE`, `UNDO_OVERTAKEN`
 */
export function undone(situation: Situation, undo: Undo | null, { name }: Actor, now: Instant): Situation {
  if (!undo) throw new Refused(situation.last?.actor === name ? 'UNDO_FORBIDDEN' : 'UNDO_NOTHING')
  if (undo.by !== name) throw new Refused('UNDO_OVERTAKEN')
  if (now > undo.until) throw new Refused('UNDO_TOO_LATE')
  return { ...undo.before, version: situation.version + 1, last: { actor: name, action: 'undo', at: now } }
}
