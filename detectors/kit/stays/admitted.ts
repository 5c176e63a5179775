import type { SkipReason } from '../../../schemas/errors.ts'
import type { Admission } from '../../../schemas/events.ts'
import { isInpatient } from '../../../schemas/med-class.ts'
import type { Context, Finding, Part, Visit } from '../../detector.ts'
import { visitOf } from '../parts/remembered.ts'
import { type Entry, windowRule } from '../parts/window.ts'
import { STAY_MEMORY } from './stay.ts'

/** A bill that leaves the beginning of its stay to the admission. */
export function isUndated({ med_class, begntime }: Visit): boolean {
  return begntime === undefined && isInpatient(med_class)
}

/** An admission, or a bill without dates: as it came, for nobody knows yet what will be asked of it. */
interface Word extends Entry {
  readonly visit?: Visit
}

const NAMELESS = { items: [], knownLines: [], diseinfo: [], oprninfo: [], drug_trac_info: [] }

/**
 * Beside a `settlementRule` that judges stays by their beginning: the same judgement for bills whose admission tells when
 * that was. A bill is kept only as long as its admission may come, and where a finding rests on it.
 */
export function admittedRule<V, P>(
  judge: (visit: Visit, context: Context<P>) => Finding<V> | SkipReason | undefined,
): Part<Visit | Admission, unknown, V, P> {
  return windowRule<Visit | Admission, Word, V, P>({
    name: 'STAY',
    on: ['settlement', 'admission'],
    space: 'person',
    root: ({ psn_no }) => psn_no,
    key: (event) => (event.kind === 'settlement' ? visitOf(event) : event.mdtrt_id),
    concerns: (event) => event.kind === 'admission' || isUndated(event),
    remember(event) {
      if (event.kind === 'admission') return { id: `admission:${event.mdtrt_id}`, at: event.begntime }
      return { id: event.setl_id, at: event.setl_time, visit: { ...event, ...NAMELESS } }
    },
    judge(words, context) {
      const admission = words.find(({ visit }) => visit === undefined)
      const bills = admission ? words.flatMap(({ visit }) => visit ?? []) : []
      const verdicts = bills.map((visit) => judge({ ...visit, begntime: admission!.at }, context))
      const holds = verdicts.filter((verdict) => typeof verdict === 'object')
      const skipped = verdicts.find((verdict) => typeof verdict === 'string')
      const keep = ({ visit }: Word) => {
        if (holds.length > 0) return Number.POSITIVE_INFINITY
        return visit ? 0 : STAY_MEMORY
      }
      return { holds, skipped, keep }
    },
    partly: (event, words) => {
      if (event.kind === 'admission' || words.some(({ visit }) => visit === undefined)) return undefined
      return 'INPUT_MISSING'
    },
    keep: STAY_MEMORY,
  }) as Part<Visit | Admission, unknown, V, P>
}
