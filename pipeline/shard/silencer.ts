import type { Detector, Finding } from '../../detectors/detector.ts'
import type { ReferenceView } from '../../detectors/reference.ts'
import type { Disposition } from '../../schemas/alert.ts'
import { formatInstant, type Instant } from '../../schemas/time.ts'
import { isSuppressible, type SuppressionReason, suppressionOf } from './suppression.ts'
import type { Traits } from './traits.ts'

/** What becomes of a match, and why. */
export interface Fate {
  readonly disposition: Disposition
  readonly silence_reason: string
}

const ALERT: Fate = { disposition: 'alert', silence_reason: '' }
/** A finding on very many settlements is explained, or not, by the first of them. */
const GROUNDS_ASKED = 500

/** Decides which matches people are told of. A silenced match is counted all the same. */
export class Silencer {
  readonly #reference: ReferenceView
  readonly #traits: Traits

  constructor(reference: ReferenceView, traits: Traits) {
    this.#reference = reference
    this.#traits = traits
  }

  fateOf(detector: Detector, finding: Finding): Fate {
    const granted = this.#exceptionOf(detector, finding)
    if (granted) return granted
    const suppression = this.suppressionOf(detector, finding)
    return suppression ? { disposition: 'suppressed', silence_reason: suppression } : ALERT
  }

  suppressionOf(detector: Detector, finding: Finding): SuppressionReason | undefined {
    if (!isSuppressible(detector.id)) return undefined
    const { setl_ids, at, admdvs } = finding
    return suppressionOf(detector.id, finding, {
      grounds: setl_ids.slice(0, GROUNDS_ASKED).map((setl_id) => this.#traits.of(setl_id)),
      emergency: this.#reference.allOf('emergency', at, { admdvs }).some(({ row }) => isWithin(row, at)),
    })
  }

  /** A granted exception outranks a snooze: it says more. */
  #exceptionOf(detector: Detector, finding: Finding): Fate | undefined {
    const { at } = finding
    const rows = exceptable(finding).flatMap(({ type, id }) =>
      this.#reference
        .lookup('exception', id, at)
        .map(({ row }) => row)
        .filter((row) => row.detector_id === detector.id && row.subject_type === type && isWithin(row, at)),
    )
    const row = rows.find(({ kind }) => kind !== 'snooze') ?? rows[0]
    return row && { disposition: row.kind === 'snooze' ? 'snoozed' : 'excepted', silence_reason: row.reason ?? '' }
  }
}

/** What was granted to an institution or a person holds for each of its settlements: a rule that judges these has no other subject. */
function exceptable({ subject, fixmedins_code, psn_no }: Finding): readonly Finding['subject'][] {
  if (subject.type !== 'settlement') return [subject]
  return [subject, { type: 'institution', id: fixmedins_code }, { type: 'person', id: psn_no }]
}

function isWithin(period: { from?: string | null; to?: string | null }, at: Instant): boolean {
  const day = formatInstant(at).slice(0, 10)
  return (!period.from || period.from <= day) && (!period.to || day <= period.to)
}
