import { isPharmacy } from '../../schemas/med-class.ts'
import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import { type Day, dayOf, formatDay } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Visit } from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { isCheckUp } from '../kit/care/check-up.ts'
import { isFixedPrice } from '../kit/care/fixed-price.ts'
import { distinct } from '../kit/parts/runs.ts'
import { counted } from '../kit/plain/counted.ts'
import { groupBy } from '../kit/plain/group-by.ts'
import { basketPrint } from '../kit/plain/print.ts'
import { byDefault } from '../params.ts'
import { dayLogRule, type Row, THREE_DAYS } from './ano-04.day-log.ts'

interface Swiped {
  readonly id: string
  readonly at: number
  readonly amount: Fen
  readonly fund: Fen
  readonly basket: string
  readonly psn_no: string
  readonly admdvs: string
}

interface Evidence {
  readonly day: string
  readonly fixmedins_code: string
  /** Small settlements of the day that have no fixed price and are no check-up. */
  readonly settlements: number
  readonly same_amounts: readonly { readonly amount: number; readonly settlements: number; readonly share: number }[]
  readonly same_baskets: readonly { readonly amount: number; readonly settlements: number; readonly persons: number }[]
  /** Multiples of a hundred yuan, `null` where they are few. */
  readonly whole_amounts: { readonly settlements: number; readonly share: number } | null
  readonly persons: readonly string[]
  readonly vola_amt: number
}

interface Params {
  readonly small_yuan: number
  readonly same_settlements: number
  readonly same_share: number
  readonly whole_settlements: number
  readonly whole_share: number
  readonly basket_persons: number
}

const WHOLE: Fen = 100_00
const SHOWN = 50

const percent = (part: number, whole: number) => Math.round((part / whole) * 1000) / 10

function isSmall(visit: Visit, { params }: Context<Params>): boolean {
  const { med_class, medfee_sumamt } = visit
  const isSmallAmount = medfee_sumamt > 0 && medfee_sumamt <= params.small_yuan * 100
  return isSmallAmount && (med_class === 'OP' || isPharmacy(med_class)) && !isAtAgency(visit)
}

function swipedIn({ id, at, fields: [amount, fund, basket, psn_no, admdvs] }: Row): Swiped {
  return { id, at, amount: Number(amount), fund: Number(fund), basket: basket!, psn_no: psn_no!, admdvs: admdvs! }
}

/** Groups that are large enough, the largest first. */
function crowds(swiped: readonly Swiped[], of: (swipe: Swiped) => unknown, isCrowd: (group: readonly Swiped[]) => boolean) {
  const groups = [...groupBy(swiped, of).values()].filter(isCrowd)
  return groups.sort((a, b) => b.length - a.length || a[0]!.amount - b[0]!.amount)
}

function judge(rows: readonly Row[], day: Day, { root, params }: Context<Params>): Finding<Evidence>[] {
  const swiped = rows.map(swipedIn)
  const n = swiped.length
  const ofPersons = ({ psn_no }: Swiped) => psn_no
  const amounts = crowds(
    swiped,
    ({ amount }) => amount,
    ({ length }) => length >= params.same_settlements && length >= params.same_share * n,
  )
  const baskets = crowds(
    swiped,
    ({ basket }) => basket,
    (group) => group.length >= params.basket_persons && distinct(group, ofPersons) >= params.basket_persons,
  )
  const whole = swiped.filter(({ amount }) => amount % WHOLE === 0)
  const isWhole = n >= params.whole_settlements && whole.length > params.whole_share * n
  const named = new Set([...amounts, ...baskets, isWhole ? whole : []].flat())
  if (named.size === 0) return []
  const within = swiped.filter((swipe) => named.has(swipe))
  const [first, last] = [within[0]!, within.at(-1)!]
  const vola_amt = within.reduce((sum, { fund }) => sum + fund, 0)
  const finding: Finding<Evidence> = {
    subject: { type: 'institution', id: root },
    bucket: formatDay(day),
    result: 'suspicion',
    severity: 2,
    vola_amt,
    setl_ids: within.map(({ id }) => id),
    lines: [],
    at: last.at,
    first_seen: first.at,
    count: within.length,
    ...{ psn_no: '', fixmedins_code: root, admdvs: last.admdvs, insu_admdvs: '' },
    evidence: {
      day: formatDay(day),
      fixmedins_code: root,
      settlements: n,
      same_amounts: amounts.slice(0, SHOWN).map((group) => {
        return { amount: yuan(group[0]!.amount), settlements: group.length, share: percent(group.length, n) }
      }),
      same_baskets: baskets.slice(0, SHOWN).map((group) => {
        return { amount: yuan(group[0]!.amount), settlements: group.length, persons: distinct(group, ofPersons) }
      }),
      whole_amounts: isWhole ? { settlements: whole.length, share: percent(whole.length, n) } : null,
      persons: [...new Set(within.map(ofPersons))].slice(0, SHOWN),
      vola_amt: yuan(vola_amt),
    },
  }
  return [finding]
}

/** ANO-04 集中刷卡(同额聚集): on one day too many small settlements of one amount, of whole hundreds, or of one basket. */
export default defineDetector<Evidence, Params>({
  id: 'ANO-04',
  version: 4,
  title: { zh: '集中刷卡(同额聚集)', en: 'Concentrated swipes of the same amount' },
  category: 'ANO',
  result: 'suspicion',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '40(一)' }],
  stages: ['mid'],
  behaviour: '诱导协助冒名或虚假就医购药',
  params: {
    small_yuan: byDefault(500, 'larger settlements are not looked at'),
    same_settlements: byDefault(10, 'at least so many of one amount'),
    same_share: byDefault(0.2, 'and at least this share of the day'),
    whole_settlements: byDefault(30, 'on days with fewer settlements whole amounts say nothing'),
    whole_share: byDefault(0.4, 'more than this share are multiples of a hundred yuan'),
    basket_persons: byDefault(10, 'at least so many persons with one basket'),
  },
  parts: [
    dayLogRule<Evidence, Params>({
      space: 'institution',
      root: ({ fixmedins_code }) => fixmedins_code,
      day: ({ setl_time }) => dayOf(setl_time),
      concerns: isSmall,
      write(visit) {
        if (isFixedPrice(visit) || isCheckUp(visit)) return undefined
        const { medfee_sumamt, fund_pay_sumamt, feedetail, psn_no, admdvs } = visit
        return [medfee_sumamt, fund_pay_sumamt, basketPrint(feedetail).toString(36), psn_no, admdvs]
      },
      judge,
      keep: THREE_DAYS,
    }),
  ],
  explain({ day, settlements, same_amounts, same_baskets, whole_amounts, vola_amt }, language) {
    const zh = language === 'zh'
    const said: string[] = []
    const [amount] = same_amounts
    const [basket] = same_baskets
    // The largest crowd is named, the amount is that of all.
    const more = (all: number, what: string) => {
      if (all < 2) return ''
      return zh ? `等${all}${what}` : ` and ${counted(all - 1, `other ${what}`)} likewise`
    }
    if (amount)
      said.push(
        zh
          ? `${amount.settlements}笔同为${amount.amount}元（占${amount.share}%）${more(same_amounts.length, '种金额')}`
          : `${amount.settlements} of ${amount.amount} yuan each (${amount.share} %)${more(same_amounts.length, 'amount')}`,
      )
    if (whole_amounts)
      said.push(
        zh
          ? `${whole_amounts.settlements}笔为整百元（占${whole_amounts.share}%）`
          : `${whole_amounts.settlements} of whole hundreds (${whole_amounts.share} %)`,
      )
    if (basket)
      said.push(
        zh
          ? `${basket.persons}人购同一清单${more(same_baskets.length, '种清单')}`
          : `${basket.persons} persons with one basket of ${basket.amount} yuan${more(same_baskets.length, 'basket')}`,
      )
    const fund = formatYuan(vola_amt * 100)
    return zh
      ? `${day}小额结算${settlements}笔中${said.join('；')}，涉及基金${fund}元。`
      : `Of ${settlements} small settlements on ${day}: ${said.join('; ')}; ${fund} yuan of the fund are concerned.`
  },
  example: {
    day: '2026-03-02',
    fixmedins_code: 'P99010100001',
    settlements: 42,
    same_amounts: [{ amount: 198, settlements: 14, share: 33.3 }],
    same_baskets: [{ amount: 198, settlements: 14, persons: 14 }],
    whole_amounts: { settlements: 18, share: 42.9 },
    persons: ['PSN1', 'PSN2'],
    vola_amt: 1940.4,
  },
})
