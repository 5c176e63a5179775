import { isPharmacy } from '../../schemas/med-class.ts'
import type { Instant } from '../../schemas/time.ts'
import type { Context, Form, Visit } from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { servedBefore } from '../kit/care/served-before.ts'
import { packTime, unpackTime } from '../kit/parts/packed.ts'
import type { Beside, Swipe } from './ano-03.swipes.ts'
import type { Params } from './ano-03.terms.ts'

/** A settlement of a pharmacy. */
export interface PharmacySwipe extends Swipe {
  readonly admdvs: string
  /** Who stood at the counter; empty where nobody tells. */
  readonly opter: string
  /** When the person was served, where that is long before the settlement. */
  readonly served?: Instant
}

export const FORM: Form<PharmacySwipe> = {
  pack: ({ id, at, psn_no, admdvs, lines, fund, terminals, opter, served }) => {
    const packed = [id, packTime(at), psn_no, admdvs, lines, fund, terminals]
    if (served !== undefined) return [...packed, opter, packTime(served)]
    return opter ? [...packed, opter] : packed
  },
  unpack: ([id, at, psn_no, admdvs, lines, fund, terminals, opter = '', served]) => {
    const swipe = { id, at: unpackTime(at), psn_no, admdvs, lines, fund, terminals, opter }
    return served === undefined ? swipe : { ...swipe, served: unpackTime(served) }
  },
}

/** As a day remembers it: its own, or what the day beside it has told. */
export type DaySwipe = PharmacySwipe & Beside

export const DAY_FORM: Form<DaySwipe> = {
  pack: ({ beside, gone, ...swipe }) => (beside ? [gone ? 2 : 1, FORM.pack(swipe)] : FORM.pack(swipe)),
  unpack: (packed) => {
    const [mark, swipe] = packed
    return typeof mark === 'number'
      ? { ...FORM.unpack(swipe), beside: true, ...(mark === 2 && { gone: true }) }
      : FORM.unpack(packed)
  },
}

export function isPurchase(visit: Visit): boolean {
  return isPharmacy(visit.med_class) && !isAtAgency(visit)
}

export function swipe(visit: Visit, { reference, params }: Context<Params>): PharmacySwipe {
  const { setl_id: id, setl_time: at, psn_no, fixmedins_code, admdvs, feedetail, fund_pay_sumamt: fund, opter } = visit
  const terminals = Math.max(1, reference.find('institution', fixmedins_code, at)?.row.terminals ?? 1)
  const served = servedBefore(visit, params.posting_hours)
  const known = { id, at, psn_no, admdvs, lines: feedetail.length, fund, terminals, opter }
  return served === undefined ? known : { ...known, served }
}
