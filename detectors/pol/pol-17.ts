import type { FeeLine } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { type Fen, fenOf, formatYuan, yuan } from '../../schemas/money.ts'
import { DAY, dayOf } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { takenBackBeyond } from '../kit/bills/charged-lines.ts'
import { exactFundsOf, involved, violating } from '../kit/bills/finding.ts'
import { paidLinesKnownTo } from '../kit/bills/paid-lines.ts'
import { itemName } from '../kit/items/item-name.ts'
import { isKnownTo, linesKnownTo } from '../kit/items/known.ts'
import { type CountedCode, chargedAs, namedIn, packCounted, unpackCounted } from '../kit/items/named-code.ts'
import { packHead, unpackHead } from '../kit/parts/packed.ts'
import { type Remembered, remembered, restingOn } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/parts/window.ts'
import { yearOf } from '../kit/plain/calendar.ts'
import { groupBy } from '../kit/plain/group-by.ts'

interface Line extends CountedCode {
  readonly sn: string
  /** With fractions of a fen. */
  readonly fund: number
  readonly cap: Fen
  /** In how many years before that of the settlement it counts. */
  readonly yearsBack: number
}

interface Charged extends Remembered {
  readonly lines: readonly Line[]
}

const FORM: Form<Charged> = {
  pack: (charged) => [
    ...packHead(charged),
    ...charged.lines.flatMap((line) => [line.sn, packCounted(line), line.fund, line.cap, line.yearsBack]),
  ],
  unpack: (packed) => {
    const lines: Line[] = []
    for (let i = 3; i < packed.length; i += 5) {
      const [sn, code, fund, cap, yearsBack] = packed.slice(i, i + 5)
      lines.push({ sn, ...unpackCounted(code), fund, cap, yearsBack })
    }
    return { lines, ...unpackHead(packed) }
  },
}

interface Evidence {
  readonly year: string
  readonly med_list_codg: string
  readonly name: string
  readonly cap: number
  /** Paid by the fund in the year. */
  readonly total: number
  readonly settlements: number
  readonly vola_amt: number
}

interface Placed extends Line {
  readonly settlement: Charged
}

/** Receipts older than those of the year before count in no year: its other settlements are forgotten. */
const OLDEST = 1
const KEPT = (OLDEST + 1) * 366 * DAY

/**
 * A stay counts in the year in which it is settled, as benefits do; what the agency reimburses long after in the year in which
 * it was done (零星报销按费用发生年度), a stay in that in which it ended.
 */
function yearsBackOf(visit: Visit, { fee_ocur_time }: FeeLine): number {
  if (!isAtAgency(visit)) return 0
  const done = (isInpatient(visit.med_class) && visit.endtime) || fee_ocur_time
  return Math.max(0, Number(yearOf(dayOf(visit.setl_time))) - Number(yearOf(dayOf(done))))
}

/** POL-17 超限定报销总额: the fund paid more for an item in a year than it pays one person. */
export default defineDetector<Evidence, Record<string, never>>({
  id: 'POL-17',
  version: 6,
  title: { zh: '超限定报销总额', en: 'Yearly benefit cap of an item exceeded' },
  category: 'POL',
  result: 'violation',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(六)' }],
  stages: ['mid'],
  behaviour: '范围外纳入结算',
  params: {},
  parts: [
    windowRule<Visit, Charged, Evidence, Record<string, never>>({
      on: ['settlement'],
      space: 'person',
      root: (visit) => visit.psn_no,
      concerns: isKnownTo('benefit_cap'),
      form: FORM,
      keep: KEPT,
      remember(visit, { reference }) {
        const paid = [
          ...paidLinesKnownTo(visit, 'benefit_cap'),
          ...takenBackBeyond({ feedetail: linesKnownTo(visit, 'benefit_cap') }),
        ]
        const funds = exactFundsOf(visit, paid)
        const lines = paid.flatMap((line, i) => {
          const { feedetl_sn: sn, med_list_codg: charged, fee_ocur_time } = line
          const year_cap = reference.best('benefit_cap', charged, fee_ocur_time, visit)?.row.year_cap
          const fund = funds[i]!
          if (year_cap == null || fund === 0) return []
          const code = namedIn('benefit_cap', line, reference, visit)
          return [{ sn, code, charged, fund, cap: fenOf(year_cap), yearsBack: yearsBackOf(visit, line) }]
        })
        const recent = lines.filter(({ yearsBack }) => yearsBack <= OLDEST)
        if (recent.length === 0) return lines.length > 0 ? 'STAY_TOO_LONG' : undefined
        return { lines: recent, ...remembered(visit) }
      },
      judge(settlements, context) {
        const lines = settlements.flatMap((settlement) => settlement.lines.map((line) => ({ settlement, ...line })))
        const years = groupBy(
          lines,
          ({ settlement, code, yearsBack }) => `${Number(yearOf(dayOf(settlement.at))) - yearsBack}|${code}`,
        )
        const holds = [...years].flatMap(([bucket, ofItem]) => findingOn(bucket, ofItem, context) ?? [])
        return { holds: holds.length > 0 ? holds : NOTHING_HOLDS }
      },
    }),
  ],
  explain({ year, name, cap, total, vola_amt }, language) {
    const [paid, limit, excess] = [total, cap, vola_amt].map((amount) => formatYuan(amount * 100))
    return language === 'zh'
      ? `${year}年${name}基金已支付${paid}元，年度限额${limit}元，超出${excess}元。`
      : `In ${year} the fund paid ${paid} yuan for ${name}, ${excess} yuan above the yearly limit of ${limit} yuan.`
  },
  example: {
    ...{ year: '2026', med_list_codg: '003105170010000', name: '义齿修复(样例)', cap: 2000, total: 2300 },
    ...{ settlements: 3, vola_amt: 300 },
  },
})

function findingOn(
  bucket: string,
  uses: readonly Placed[],
  { root, reference }: Context<unknown>,
): Finding<Evidence> | undefined {
  // What a bill takes back of an earlier one leaves more room under the cap, and no line bears it.
  const lines = [...uses.filter(({ fund }) => fund < 0), ...uses.filter(({ fund }) => fund > 0)]
  // Where places set different caps, the largest binds.
  const cap = Math.max(...lines.map((line) => line.cap))
  const total = Math.round(lines.reduce((sum, { fund }) => sum + fund, 0))
  const vola_amt = total - cap
  if (vola_amt <= 0) return undefined
  const settlements = lines.map(({ settlement }) => settlement)
  const resting = restingOn(root, settlements)
  let paid = 0
  const refs = lines.map(({ settlement, sn, fund }) => {
    const before = Math.round(paid)
    paid += fund
    const beyond = Math.max(0, Math.round(paid) - Math.max(before, cap))
    const line = { feedetl_sn: sn }
    return beyond > 0 ? violating(settlement.id, line, beyond) : involved(settlement.id, line)
  })
  const { charged } = lines[0]!
  return {
    subject: { type: 'person', id: root },
    bucket,
    result: 'violation',
    severity: 3,
    ...resting,
    vola_amt,
    lines: refs,
    count: new Set(refs.filter(({ vola_item_type }) => vola_item_type === 1).map(({ setl_id }) => setl_id)).size,
    evidence: {
      year: bucket.slice(0, 4),
      med_list_codg: chargedAs(lines),
      name: itemName(charged, resting.at, reference),
      cap: yuan(cap),
      total: yuan(total),
      settlements: resting.setl_ids.length,
      vola_amt: yuan(vola_amt),
    },
  }
}
