import type { SkipReason } from '../../schemas/errors.ts'
import { type Fen, fenOf, formatAmount, formatYuan, yuan } from '../../schemas/money.ts'
import { DAY, dayOf, parseDay, startOfDay } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import { packHead, unpackHead } from '../kit/parts/packed.ts'
import { type Remembered, remembered, restingOn } from '../kit/parts/remembered.ts'
import { windowRule } from '../kit/parts/window.ts'
import { monthOf, yearOf } from '../kit/plain/calendar.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import { byDefault } from '../params.ts'

/** What one settlement leaves to the person. */
interface Burden extends Remembered {
  /** In-policy personal burden: without what lies outside the list and above the price limit. */
  readonly burden: Fen
  /** Paid by serious-illness insurance and by medical assistance. */
  readonly benefits: Fen
  /** Income of the person's region as known when the settlement arrived. */
  readonly income: Fen
}

const FORM: Form<Burden> = {
  pack: (burden) => [...packHead(burden), burden.burden, burden.benefits, burden.income],
  unpack: (packed) => {
    const [, , , burden, benefits, income] = packed
    return { burden, benefits, income, ...unpackHead(packed) }
  },
}

interface Evidence {
  readonly year: string
  readonly burden: number
  readonly income: number
  readonly ratio: number
  readonly limit: number
  /** Burden so far at the end of each month. */
  readonly curve: readonly { readonly month: string; readonly burden: number }[]
  readonly benefits_received: number
  readonly settlements: number
}

interface Params {
  readonly income_share: number
}

/** Disposable income of the person's region in the year, else in the year before: it is published when a year is over. */
function incomeOf({ insu_admdvs, setl_time }: Visit, { reference }: Context<Params>): Fen | undefined {
  const year = Number(yearOf(dayOf(setl_time)))
  for (const published of [year, year - 1]) {
    for (const region of regionsAround(insu_admdvs)) {
      const amount = reference.find('income', `${region}:${published}`, setl_time)?.row.amount
      if (amount) return fenOf(amount)
    }
  }
  return undefined
}

/** The county, its prefecture, its province; each also by its prefix alone. */
function regionsAround(admdvs: string): readonly string[] {
  const [prefecture, province] = [admdvs.slice(0, 4), admdvs.slice(0, 2)]
  return [...new Set([admdvs, `${prefecture}00`, prefecture, `${province}0000`, province])]
}

function burdenOf(visit: Visit, context: Context<Params>): Burden | SkipReason | undefined {
  const { psn_part_amt, fulamt_ownpay_amt = 0, overlmt_selfpay = 0, hifmi_pay = 0, hifob_pay = 0, maf_pay = 0 } = visit
  if (psn_part_amt === undefined) return 'INPUT_MISSING'
  // What assistance pays of bills that leave nothing to the person is received too.
  const burden = Math.max(0, psn_part_amt - fulamt_ownpay_amt - overlmt_selfpay)
  const benefits = hifmi_pay + hifob_pay + maf_pay
  if (burden === 0 && benefits === 0) return undefined
  const income = incomeOf(visit, context)
  return income === undefined ? 'REFERENCE_MISSING' : { burden, benefits, income, ...remembered(visit) }
}

function sum(burdens: readonly Burden[], of: 'burden' | 'benefits'): Fen {
  return burdens.reduce((total, each) => total + each[of], 0)
}

function findingOn(psn_no: string, burdens: readonly Burden[], { income_share }: Params): Finding<Evidence> | undefined {
  // The latest word on the region's income.
  const { income } = burdens.at(-1)!
  const burden = sum(burdens, 'burden')
  if (burden < income_share * income) return undefined
  const year = yearOf(dayOf(burdens[0]!.at))
  let soFar = 0
  const curve = [...groupBy(burdens, ({ at }) => monthOf(dayOf(at)))].map(([month, told]) => {
    soFar += sum(told, 'burden')
    return { month, burden: yuan(soFar) }
  })
  return {
    subject: { type: 'person', id: psn_no },
    bucket: year,
    result: 'indicator',
    severity: 3,
    // Nobody is accused, and nothing is to be recovered.
    vola_amt: 0,
    lines: [],
    ...restingOn(psn_no, burdens),
    first_seen: burdens[0]!.at,
    count: burdens.length,
    evidence: {
      year,
      burden: yuan(burden),
      income: yuan(income),
      ratio: Math.round((burden / income) * 1000) / 1000,
      limit: income_share,
      curve,
      benefits_received: yuan(sum(burdens, 'benefits')),
      settlements: burdens.length,
    },
  }
}

function endOfYear(burden: Burden): number {
  return startOfDay(parseDay(`${Number(yearOf(dayOf(burden.at))) + 1}-01-01`))
}

/** FND-10 高额负担患者预警: a person's own part of a year's bills weighs half of what people there live on. */
export default defineDetector<Evidence, Params>({
  id: 'FND-10',
  version: 2,
  title: { zh: '高额负担患者预警', en: 'Catastrophic burden of a patient' },
  category: 'FND',
  result: 'indicator',
  basis: [{ law: '关于健全重特大疾病医疗保险和救助制度的意见', article: '高额医疗费用负担患者监测预警' }],
  stages: ['mid'],
  audience: 'assistance',
  behaviour: '高额医疗费用负担',
  params: { income_share: byDefault(0.5, "in-policy burden of a year over the region's disposable income per head") },
  parts: [
    windowRule<Visit, Burden, Evidence, Params>({
      on: ['settlement'],
      space: 'person',
      root: (visit) => visit.psn_no,
      form: FORM,
      keep: (burden) => endOfYear(burden) - burden.at + DAY,
      remember: burdenOf,
      judge(burdens, { root, params }) {
        const years = groupBy(burdens, ({ at }) => yearOf(dayOf(at)))
        return { holds: [...years.values()].flatMap((year) => findingOn(root, year, params) ?? []) }
      },
    }),
  ],
  explain({ year, burden, income, ratio, benefits_received }, language) {
    const [paid, received] = [formatYuan(burden * 100), formatYuan(benefits_received * 100)]
    return language === 'zh'
      ? `${year}年政策范围内个人负担${paid}元，为当地人均可支配收入${formatAmount(income)}元的${ratio}倍，已获大病与救助${received}元。`
      : `In ${year} the person bore ${paid} yuan within the policy, ${ratio} times the local disposable income of ${formatAmount(income)}; serious-illness insurance and assistance paid ${received}.`
  },
  example: {
    year: '2026',
    burden: 21_000,
    income: 40_000,
    ratio: 0.525,
    limit: 0.5,
    curve: [
      { month: '2026-03', burden: 9000 },
      { month: '2026-05', burden: 21_000 },
    ],
    benefits_received: 1200,
    settlements: 3,
  },
})
