import { isPharmacy } from '../../schemas/med-class.ts'
import { type Fen, yuan } from '../../schemas/money.ts'
import { dayOf, HOUR, startOfDay } from '../../schemas/time.ts'
import type { Context, Finding, Part, Step, Visit } from '../detector.ts'
import { countOf, type FirstIds, namedIds, noIds } from '../kit/parts/first-ids.ts'
import { NOTHING_HOLDS } from '../kit/parts/window.ts'
import { yearOf } from '../kit/plain/calendar.ts'
import { countSale, isBelow, isJustAbove, type Sold } from './ano-16.sold.ts'
import { type Evidence, isKnownFrom, KEPT, lastDayOf, type Params, ratioOf, yearIn } from './ano-16.terms.ts'

const OUTPATIENT_LATENESS = 72 * HOUR

type Said = Pick<Evidence, 'clause' | 'amount' | 'limit' | 'ratio' | 'settlements' | 'settlements_above'>

function soldFinding(sold: Sold, year: string, ids: FirstIds, vola_amt: Fen, said: Said, root: string): Finding<Evidence> {
  const setl_ids = namedIds(ids)
  return {
    subject: { type: 'institution', id: root },
    bucket: `${year}|${said.clause}`,
    result: 'suspicion',
    severity: 3,
    vola_amt,
    setl_ids,
    setl_count: countOf(ids),
    lines: [],
    at: ids.ats[setl_ids.length - 1] ?? startOfDay(lastDayOf(year)),
    count: said.settlements,
    ...{ psn_no: '', fixmedins_code: root, admdvs: sold.admdvs, insu_admdvs: '' },
    evidence: { year, subject: root, vola_amt: yuan(vola_amt), ...said },
  }
}

function rushFinding(sold: Sold, year: string, { root, params }: Context<Params>): Finding<Evidence> | undefined {
  const days = Object.values(sold.days)
  if (days.length < params.rush_known_days || sold.ids.ids.length === 0) return undefined
  const known = Object.keys(sold.days).map(Number)
  // Days without a sale count as well: a shop that opens twice a week sells twice a week.
  const span = lastDayOf(year) - params.rush_days - Math.min(...known) + 1
  const usual = (days.reduce((sum, amount) => sum + amount, 0) / span) * params.rush_days
  if (sold.lastDays <= params.rush_factor * usual) return undefined
  const said = { amount: yuan(sold.lastDays), limit: yuan(Math.round(usual)), ratio: ratioOf(sold.lastDays, usual) }
  const vola_amt = Math.max(0, Math.round(sold.lastDays - usual))
  return soldFinding(
    sold,
    year,
    sold.ids,
    vola_amt,
    { clause: 'rush', ...said, settlements: countOf(sold.ids), settlements_above: null },
    root,
  )
}

function thresholdFinding(sold: Sold, year: string, { root, params }: Context<Params>): Finding<Evidence> | undefined {
  const { below, above, belowFund, belowIds } = sold
  if (below < params.threshold_settlements || below <= params.threshold_factor * above) return undefined
  const said = { amount: yuan(belowFund), limit: params.threshold_yuan, ratio: ratioOf(below, Math.max(1, above)) }
  return soldFinding(
    sold,
    year,
    belowIds,
    belowFund,
    { clause: 'threshold', ...said, settlements: below, settlements_above: above },
    root,
  )
}

function judgedSold(sold: Sold, year: string, context: Context<Params>): Step<Sold, Evidence> {
  const closes = startOfDay(lastDayOf(year) + 1) + OUTPATIENT_LATENESS
  const step = { state: sold, forgetAt: closes + KEPT }
  if (context.watermark < closes) return { wakeAt: closes, ...step }
  const holds = [rushFinding(sold, year, context), thresholdFinding(sold, year, context)].flatMap((finding) => finding ?? [])
  return { holds: holds.length > 0 ? holds : NOTHING_HOLDS, ...step }
}

/** A year of an institution, judged when it is over and its sales have come. */
export const institutionPart: Part<Visit, Sold, Evidence, Params> = {
  name: 'INSTITUTION',
  on: ['settlement'],
  space: 'institution',
  root: ({ fixmedins_code }) => fixmedins_code,
  key: yearIn,
  concerns: ({ med_class, medfee_sumamt }, { params }) =>
    isPharmacy(med_class) || isBelow(medfee_sumamt, params) || isJustAbove(medfee_sumamt, params),
  memoryless: false,
  owned: true,
  initial: () => ({
    ...{ days: {}, lastDays: 0, ids: noIds(), below: 0, above: 0, belowFund: 0, belowIds: noIds(), admdvs: '' },
  }),
  onEvent(sold, visit, context) {
    const year = yearIn(visit)
    const since = lastDayOf(year) - context.params.rush_days - context.params.rush_known_days
    if (!isKnownFrom(since, context)) return { unchanged: true, state: undefined, skipped: 'HISTORY_SHORT' }
    countSale(sold, visit, 1, context.params)
    sold.admdvs ||= visit.admdvs
    return judgedSold(sold, year, context)
  },
  onVoid(sold, original, context) {
    const visit = original as Visit
    countSale(sold, visit, -1, context.params)
    return judgedSold(sold, yearIn(visit), context)
  },
  onTime: (sold, context) => judgedSold(sold, yearOf(dayOf(context.at - OUTPATIENT_LATENESS) - 1), context),
}
