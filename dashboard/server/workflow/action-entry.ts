import type { Instant } from '../../../schemas/time.ts'
import type { AuditEntry } from './audit.ts'
import type { HoldChange } from './holds.ts'
import type { Actor, Command, Situation } from './machine/situation.ts'

/** What the record says of an action on an alert. */
export function entryOf(
  alertId: string,
  command: Command,
  before: Situation,
  after: Situation,
  actor: Actor,
  now: Instant,
  holds: HoldChange = { changed: [], pending: false },
): AuditEntry {
  const { action, version: _version, ...given } = command
  return {
    at: now,
    actor: actor.name,
    action,
    object_type: 'alert',
    object_id: alertId,
    purpose: command.reason ?? '',
    detail: {
      from: before.state,
      to: after.state,
      state_version: after.version,
      ...given,
      ...(after.ground_voided !== before.ground_voided && { ground_voided: after.ground_voided }),
      ...(holds.changed.length > 0 && {
        holds: holds.changed.map(({ hold_id, setl_id, amt, state }) => ({ hold_id, setl_id, amt, state })),
        pending: holds.pending,
      }),
    },
  }
}
