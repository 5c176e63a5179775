import type { Reversal, Visit } from '../../detector.ts'

/** The settlement, or the one that is taken back. */
export function visitIn(event: Visit | Reversal): Visit {
  return event.kind === 'reversal' ? event.visit : event
}
