import { formatYuan } from '../../schemas/money.ts'
import { DAY, MINUTE } from '../../schemas/time.ts'
import { defineDetector, type Visit } from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { drugsBack, leaveOfSupply } from '../kit/bills/supply.ts'
import { corrected, keptTogether } from '../kit/bills/visit-bills.ts'
import { hasMedicine } from '../kit/care/medicine.ts'
import { remembered, visitOf } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/parts/window.ts'
import { counted } from '../kit/plain/counted.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import { byDefault } from '../params.ts'
import { type Fill, fillsOf, hitsAmong, suspectsAmong } from './pol-14.fills.ts'
import { findingsOn } from './pol-14.finding.ts'
import { FORM } from './pol-14.form.ts'
import { givenBy } from './pol-14.supply.ts'
import type { Evidence, Filled, Given, Params } from './pol-14.terms.ts'

const KEPT = 200 * DAY

/** POL-14 超量开药: more days of a drug at once, or piled up from several fills, than may be paid. */
export default defineDetector<Evidence, Params>({
  id: 'POL-14',
  version: 6,
  title: { zh: '超量开药(最大支付天数)', en: 'Supply beyond the longest paid time' },
  category: 'POL',
  result: 'violation',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(二)' }],
  stages: ['pre', 'mid'],
  behaviour: '超量开药',
  params: {
    limits: byDefault(
      { ER: 3, OP: 30, MAT_OP: 30, CHRONIC: 84, PHARM: 30, PHARM_CHRONIC: 84 },
      'days of one drug at once, by class of care',
    ),
    slack_days: byDefault(7, 'earlier fills and the new one together may exceed the limit by so many days'),
    window_days: byDefault(200, 'earlier fills are looked for in so many days'),
    large_package_days: byDefault(7, 'a single package that lasts longer cannot be given in part, whatever was prescribed'),
    short_term_classes: byDefault(['J01', 'J02'], 'drugs of which chronic care gives no more than a visit'),
    long_treatment_diagnoses: byDefault(
      ['A15', 'A16', 'A17', 'A18', 'A19', 'A30', 'A31', 'B20.0', 'J65', 'O98.0', 'P37.0'],
      'tuberculosis, leprosy and other mycobacteria: chronic care gives antimicrobials for months',
    ),
    varying_dose_classes: byDefault(['A10A'], 'drugs whose packages last as long as the dose lets them: not judged'),
  },
  parts: [
    windowRule<Visit, Filled, Evidence, Params>({
      on: ['settlement'],
      space: 'person',
      root: (visit) => visit.psn_no,
      // What the agency itself reimburses was filled long before, and receipts of months come together.
      concerns: (visit, { params }) => {
        return params.limits[visit.med_class] !== undefined && !isAtAgency(visit) && hasMedicine(visit)
      },
      form: FORM,
      keep: KEPT,
      lateness: 10 * MINUTE,
      remember(visit, context) {
        const { given, unknown } = givenBy(visit, context)
        const back = drugsBack(visit)
        if (given.length === 0 && back.length === 0) return unknown ? 'INPUT_MISSING' : undefined
        return { visit: visitOf(visit), lines: given, back, ...remembered(visit) }
      },
      judge(settlements, context) {
        const suspects = suspectsAmong(settlements, context.params)
        if (suspects.size === 0) return { holds: NOTHING_HOLDS }
        const bills = settlements.map((bill) => ({ ...bill, lines: bill.lines.filter(({ generic }) => suspects.has(generic)) }))
        const holds = fillsByDrug(leftIn(bills, context.params)).flatMap((fills) => findingsOn(fills, context))
        return { holds, keep: keptTogether<Given, Filled>(settlements, () => KEPT, holds) }
      },
    }),
  ],
  explain({ generic, fills, total_days, limit, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    return language === 'zh'
      ? `${generic}累计供药${total_days}天，限${limit}天，涉及${fills.length}次配药，超出部分${amount}元。`
      : `${generic} was supplied for ${total_days} days where ${limit} are paid, in ${counted(fills.length, 'fill')}; ${amount} yuan too much.`
  },
  example: {
    generic: '氨氯地平',
    fills: [
      {
        ...{ setl_id: 'S1', setl_time: '2026-03-02T10:00:00+08:00', fixmedins_code: 'H99010100001' },
        ...{ supply_days: 60, remaining_days: 0, limit: 30, over: true },
      },
    ],
    total_days: 60,
    limit: 30,
    vola_amt: 45.5,
  },
})

function fillsByDrug(bills: readonly Filled[]): (readonly Fill[])[] {
  return [...groupBy(fillsOf(bills), ({ generic }) => generic).values()]
}

/** The bills with what later ones of their visits leave of the drugs. */
function leftIn(bills: readonly Filled[], params: Params): readonly Filled[] {
  const tooMuchIn = (bills: readonly Filled[]) =>
    fillsByDrug(bills).flatMap((fills) =>
      hitsAmong(fills, params).flatMap(({ to }) => {
        const { settlement, lines } = fills[to]!
        return lines.map(({ sn }) => ({ settlement, sn }))
      }),
    )
  return corrected<Given, Filled>(bills, tooMuchIn, leaveOfSupply)
}
