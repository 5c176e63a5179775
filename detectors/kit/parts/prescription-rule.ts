import type { SkipReason } from '../../../schemas/errors.ts'
import type { FeeLine } from '../../../schemas/events.ts'
import type { ReferenceRow } from '../../../schemas/reference.ts'
import type { Context, Finding, Part, Step, Visit } from '../../detector.ts'
import { chargedLines } from '../bills/charged-lines.ts'
import { inPolicy } from '../bills/finding.ts'
import { itemOf } from '../items/item-of.ts'

/** A line of a prescription with the row of its item. */
export interface Prescribed {
  readonly line: FeeLine
  readonly item: ReferenceRow<'item'> | undefined
}

export interface PrescriptionRule<V, P> {
  /** Whether visits like this have prescriptions at all. */
  concerns(visit: Visit): boolean
  /** Whether the line is one of those that the rule looks at. */
  takes(prescribed: Prescribed, visit: Visit): boolean
  /** Fewer lines in a settlement are never too much. */
  least(params: P): number
  /** `rxno` is empty for lines that name no prescription. */
  judge(visit: Visit, rxno: string, lines: readonly Prescribed[], context: Context<P>): Finding<V> | SkipReason | undefined
}

/** A part without memory that judges each prescription of a settlement by itself; its alerts are told apart by `rxno`. */
export function prescriptionRule<V, P>(rule: PrescriptionRule<V, P>): Part<Visit, undefined, V, P> {
  return {
    name: '',
    on: ['settlement'],
    space: 'person',
    root: ({ psn_no }) => psn_no,
    key: ({ setl_id }) => setl_id,
    memoryless: true,
    bucketsOf: ({ feedetail }) => [...new Set(feedetail.map(({ rxno }) => bucketOf(rxno)))],
    concerns: (visit, { params }) => visit.feedetail.length >= rule.least(params) && rule.concerns(visit),
    initial: () => undefined,
    onEvent(_, visit, context): Step<undefined, V> {
      const prescriptions = prescriptionsIn(visit, rule)
      const holds: Finding<V>[] = []
      let skipped: SkipReason | undefined
      for (const [rxno, lines] of prescriptions) {
        // What the person pays alone is no matter of the fund.
        if (lines.every(({ line }) => inPolicy(line) <= 0)) continue
        const said = rule.judge(visit, rxno, lines, context)
        if (typeof said === 'object') holds.push({ ...said, bucket: bucketOf(rxno) })
        else skipped ??= said
      }
      return holds.length > 0 ? { state: undefined, holds } : { state: undefined, skipped }
    },
  }
}

/** The number is the part of the key that is neither subject nor period; what has none is the settlement's own. */
function bucketOf(rxno: string): string {
  return rxno ? `|${rxno}` : ''
}

function prescriptionsIn<V, P>(visit: Visit, rule: PrescriptionRule<V, P>): Map<string, Prescribed[]> {
  const prescriptions = new Map<string, Prescribed[]>()
  const lines = chargedLines(visit)
  for (let i = 0; i < lines.length; i++) {
    const prescribed = { line: lines[i]!, item: itemOf(visit, lines, i) }
    if (!rule.takes(prescribed, visit)) continue
    const { rxno } = prescribed.line
    const known = prescriptions.get(rxno)
    if (known) known.push(prescribed)
    else prescriptions.set(rxno, [prescribed])
  }
  return prescriptions
}
