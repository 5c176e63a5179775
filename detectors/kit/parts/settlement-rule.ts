import type { SkipReason } from '../../../schemas/errors.ts'
import type { Context, Finding, Part, Step, Visit } from '../../detector.ts'

/**
 * A part without memory: judges each settlement by itself. `judge` answers a finding, why it cannot judge, or nothing;
 * `concerns` says whether it need be asked.
 */
export function settlementRule<V, P>(
  judge: (visit: Visit, context: Context<P>) => Finding<V> | SkipReason | undefined,
  concerns?: (visit: Visit) => boolean,
): Part<Visit, undefined, V, P> {
  return {
    name: '',
    on: ['settlement'],
    space: 'person',
    root: (visit) => visit.psn_no,
    key: (visit) => visit.setl_id,
    memoryless: true,
    concerns,
    initial: () => undefined,
    onEvent(_, visit, context): Step<undefined, V> {
      const verdict = judge(visit, context)
      if (verdict === undefined) return NOTHING
      return typeof verdict === 'string' ? { state: undefined, skipped: verdict } : { state: undefined, holds: [verdict] }
    },
  }
}

const NOTHING: Step<undefined, never> = { state: undefined }
