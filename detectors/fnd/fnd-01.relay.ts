import type { Fen } from '../../schemas/money.ts'
import { dayOf } from '../../schemas/time.ts'
import type { Part, Reversal, Told, Visit } from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { visitIn } from '../kit/bills/visit-in.ts'
import { monthOf } from '../kit/plain/calendar.ts'
import type { ReferenceView } from '../reference.ts'
import { type Evidence, type Params, type Payment, TOPIC } from './fnd-01.terms.ts'

/** 补充报销: the pooled fund pays nothing there. */
const SUPPLEMENTARY = '3'

/** Whose quota the settlement burdens: that of the medical community (医共体) where it has one, else the institution's own. */
function ownerOf(visit: Visit, reference: ReferenceView): string | undefined {
  const { fixmedins_code, setl_time, insutype } = visit
  const month = monthOf(dayOf(setl_time))
  const hasQuota = (owner: string) =>
    reference.find('budget', `${owner}:${month}`, setl_time) ??
    reference.find('budget', `${owner}:${month}:${insutype}`, setl_time)
  const group = reference.find('institution', fixmedins_code, setl_time)?.row.group_id
  if (group && hasQuota(group)) return group
  return hasQuota(fixmedins_code) ? fixmedins_code : undefined
}

/** The pooled fund's payment; where the platform did not split it, all that the fund paid. */
function pooledFund({ hifp_pay, fund_pay_sumamt }: Visit): Fen {
  return hifp_pay ?? fund_pay_sumamt
}

export const relay: Part<Visit | Reversal, undefined, Evidence, Params> = {
  name: 'PAID',
  on: ['settlement', 'reversal'],
  space: 'institution',
  root: (event) => visitIn(event).fixmedins_code,
  key: () => '',
  memoryless: false,
  concerns: (event, { reference }) => {
    if (event.kind === 'reversal' && event.isUnheard) return false
    const visit = visitIn(event)
    // What the agency reimburses it pays to the person, out of no institution's quota.
    if (isAtAgency(visit)) return false
    return visit.setl_type !== SUPPLEMENTARY && pooledFund(visit) !== 0 && ownerOf(visit, reference) !== undefined
  },
  initial: () => undefined,
  onEvent(_, event, { reference }) {
    const visit = visitIn(event)
    const { setl_id, fixmedins_code, insutype, setl_time: at, admdvs } = visit
    const reversed = event.kind === 'reversal'
    const fund = reversed ? -pooledFund(visit) : pooledFund(visit)
    const values: Payment = { setl_id, fixmedins_code, insutype, fund, reversed }
    const told: Told<Payment> = {
      kind: 'told',
      topic: TOPIC,
      of: ownerOf(visit, reference)!,
      period: setl_id,
      at,
      admdvs,
      values,
    }
    return { state: undefined, tells: [told] }
  },
}
