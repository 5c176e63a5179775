import { yuan } from '../../schemas/money.ts'
import { formatInstant } from '../../schemas/time.ts'
import type { Finding } from '../detector.ts'
import { restingOn } from '../kit/parts/remembered.ts'
import { bestOf } from './ano-09.score.ts'
import { type Bought, type Evidence, isPurchase, type Params } from './ano-09.terms.ts'

function spanning(purchases: readonly Bought[]): { readonly from: string; readonly to: string } {
  return { from: formatInstant(purchases[0]!.at), to: formatInstant(purchases.at(-1)!.at) }
}

export function findingOn(psn_no: string, month: string, run: readonly Bought[], params: Params): Finding<Evidence> {
  const purchases = run.filter(isPurchase)
  const { window, total, parts } = bestOf(run, params)
  const generics = new Set([parts.institutions.generic, parts.supply.generic])
  const vola_amt = purchases
    .flatMap(({ drugs }) => drugs)
    .reduce((sum, { generic, watched, fund }) => sum + (generics.has(generic) || watched ? fund : 0), 0)
  return {
    subject: { type: 'person', id: psn_no },
    bucket: month,
    result: 'suspicion',
    severity: parts.resold.weight > 0 ? 1 : 2,
    ...restingOn(psn_no, purchases),
    first_seen: purchases[0]!.at,
    vola_amt,
    count: purchases.length,
    lines: [],
    evidence: {
      ...spanning(purchases),
      score: total,
      window: spanning(window.filter(isPurchase)),
      parts,
      institutions: [...new Set(purchases.map(({ fixmedins_code }) => fixmedins_code))],
      settlements: purchases.length,
      vola_amt: yuan(vola_amt),
    },
  }
}
