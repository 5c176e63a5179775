import { yuan } from '../../schemas/money.ts'
import type { Finding } from '../detector.ts'
import { isSupported } from '../kit/care/diagnosis-support.ts'
import { restingOn } from '../kit/parts/remembered.ts'
import { isWithMcc } from './med-09.group.ts'
import { type Coded, type Complication, type Evidence, type Params, rounded } from './med-09.terms.ts'

/** The complications of the level that the group stands for. */
function responsible({ coded, complications }: Coded): readonly Complication[] {
  const major = complications.filter(({ level }) => level === 'MCC')
  return isWithMcc(coded!.code) && major.length > 0 ? major : complications
}

export function visitFinding(psn_no: string, told: readonly Coded[], { weight_ratio }: Params): Finding<Evidence> | undefined {
  const final = told.findLast(({ mid }) => !mid)
  if (!final?.coded || !final.lower) return undefined
  const { coded, lower } = final
  // Weights carry four decimals, and 1.2 times one is often a hair more than it should be.
  if (rounded(coded.weight) < rounded(weight_ratio * lower.weight)) return undefined
  const found = new Set(told.flatMap((one) => one.found))
  const raising = responsible(final)
  // One that is treated, or of which nobody says how it would show, carries the group.
  if (raising.some(({ expected }) => expected === null || isSupported(expected, found))) return undefined
  const loss = Math.max(0, coded.standard - lower.standard)
  return {
    subject: { type: 'settlement', id: final.id },
    bucket: '',
    result: 'suspicion',
    severity: 2,
    vola_amt: loss,
    lines: [],
    ...restingOn(psn_no, told),
    evidence: {
      kind: 'visit',
      drg_code: coded.code,
      expected_drg: lower.code,
      value: coded.weight,
      compared_with: lower.weight,
      unsupported: raising.map(({ diagnosis, level, expected }) => ({ diag_code: diagnosis, level, missing: expected! })),
      months: [],
      loss: yuan(loss),
    },
  }
}
