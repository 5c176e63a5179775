import { isPharmacy } from '../../schemas/med-class.ts'
import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import { DAY, type Day, dayOf, HOUR, type Instant, parseDay, startOfDay } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Part, type Step, UNCHANGED, type Visit } from '../detector.ts'
import { yearOf } from '../kit/calendar.ts'
import { addId, countOf, type FirstIds, namedIds, noIds, removeId } from '../kit/first-ids.ts'
import { packTime, unpackTime } from '../kit/packed.ts'
import { inTime } from '../kit/remembered.ts'
import { NOTHING_HOLDS } from '../kit/window.ts'
import { byDefault } from '../params.ts'
import { type ReferenceView, regionPrefix } from '../reference.ts'

interface Evidence {
  readonly year: string
  readonly subject: string
  readonly clause: 'cap' | 'rush' | 'threshold'
  /** Fund of the person's year and its cap, or what the pharmacy sold in the last days and what such days usually bring. */
  readonly amount: number
  readonly limit: number
  /** Per cent of the cap; times the usual; times as many below the threshold as above. */
  readonly ratio: number
  readonly settlements: number
  readonly vola_amt: number
}

interface Params {
  readonly cap_from: number
  readonly cap_last_days: number
  readonly cap_settlements: number
  readonly rush_days: number
  readonly rush_factor: number
  readonly rush_known_days: number
  readonly threshold_yuan: number
  readonly threshold_width: number
  readonly threshold_factor: number
  readonly threshold_settlements: number
}

const [PERSON, INSTITUTION] = ['PERSON', 'INSTITUTION']
const OUTPATIENT_LATENESS = 72 * HOUR
const KEPT = 60 * DAY

const lastDayOf = (year: string): Day => parseDay(`${year}-12-31`)
const yearIn = ({ setl_time }: Visit) => yearOf(dayOf(setl_time))
const ratioOf = (value: number, whole: number) => Math.round((value / whole) * 100) / 100

/** A baseline of a year is none where the year's beginning is not known. */
function isKnownFrom(day: Day, { history_from }: Context<Params>): boolean {
  return dayOf(history_from) <= day
}

/** Dialysis and tumour patients come to their cap by illness. */
const LEGITIMATE = /^(?:N18|C\d\d|Z51)/

interface Late {
  readonly id: string
  readonly at: Instant
  readonly fund: Fen
}

/** What the fund paid for a person in a year, and the settlements of the year's last days. */
interface Spent {
  fund: Fen
  insutype: string
  insu_admdvs: string
  admdvs: string
  fixmedins_code: string
  ill: number
  readonly late: Late[]
}

/** The cap of the person's insurance: of the nearest region that has one, in fen. */
function capOf({ insutype, insu_admdvs }: Spent, at: Instant, reference: ReferenceView): Fen | undefined {
  const rows = reference.lookup('fund_cap', insutype, at).map(({ row }) => row)
  const near = rows.filter(({ admdvs }) => insu_admdvs.startsWith(regionPrefix(admdvs ?? '')))
  near.sort((a, b) => regionPrefix(b.admdvs ?? '').length - regionPrefix(a.admdvs ?? '').length)
  const cap = near[0]?.year_cap
  return cap ? Math.round(cap * 100) : undefined
}

function personFinding(spent: Spent, year: string, { root, params, reference }: Context<Params>): Finding<Evidence> | undefined {
  const { fund, late, ill } = spent
  if (ill > 0 || late.length < params.cap_settlements) return undefined
  const last = late.at(-1)!
  const cap = capOf(spent, last.at, reference)
  if (cap === undefined || fund < params.cap_from * cap || fund > cap) return undefined
  const vola_amt = late.reduce((sum, one) => sum + one.fund, 0)
  return {
    subject: { type: 'person', id: root },
    bucket: year,
    result: 'suspicion',
    severity: 3,
    vola_amt,
    setl_ids: late.map(({ id }) => id),
    lines: [],
    at: last.at,
    first_seen: late[0]!.at,
    count: late.length,
    psn_no: root,
    fixmedins_code: spent.fixmedins_code,
    admdvs: spent.admdvs,
    insu_admdvs: spent.insu_admdvs,
    evidence: {
      ...{ year, subject: root, clause: 'cap', amount: yuan(fund), limit: yuan(cap), ratio: ratioOf(fund * 100, cap) },
      settlements: late.length,
      vola_amt: yuan(vola_amt),
    },
  }
}

const personPart: Part<Visit, Spent, Evidence, Params> = {
  name: PERSON,
  on: ['settlement'],
  space: 'person',
  root: ({ psn_no }) => psn_no,
  key: yearIn,
  concerns: ({ fund_pay_sumamt }) => fund_pay_sumamt > 0,
  memoryless: false,
  owned: true,
  form: {
    pack: ({ fund, insutype, insu_admdvs, admdvs, fixmedins_code, ill, late }) => [
      ...[fund, insutype, insu_admdvs, admdvs, fixmedins_code, ill],
      ...late.flatMap(({ id, at, fund: paid }) => [id, packTime(at), paid]),
    ],
    unpack([fund, insutype, insu_admdvs, admdvs, fixmedins_code, ill, ...packed]) {
      const late: Late[] = []
      for (let i = 0; i < packed.length; i += 3) late.push({ id: packed[i], at: unpackTime(packed[i + 1]), fund: packed[i + 2] })
      return { fund, insutype, insu_admdvs, admdvs, fixmedins_code, ill, late }
    },
  },
  initial: () => ({ fund: 0, insutype: '', insu_admdvs: '', admdvs: '', fixmedins_code: '', ill: 0, late: [] }),
  onEvent(spent, visit, context) {
    const year = yearIn(visit)
    if (!isKnownFrom(parseDay(`${year}-01-01`), context)) return { unchanged: true, state: undefined, skipped: 'HISTORY_SHORT' }
    const { setl_id: id, setl_time: at, fund_pay_sumamt: fund, insutype, insu_admdvs, admdvs, fixmedins_code } = visit
    spent.fund += fund
    if (isIll(visit)) spent.ill++
    if (dayOf(at) > lastDayOf(year) - context.params.cap_last_days) {
      spent.late.push({ id, at, fund })
      spent.late.sort(inTime)
      if (spent.late.at(-1)!.id === id) Object.assign(spent, { insutype, insu_admdvs, admdvs, fixmedins_code })
    }
    return judgedPerson(spent, year, context)
  },
  onVoid(spent, original, context) {
    const visit = original as Visit
    const year = yearIn(visit)
    if (visit.fund_pay_sumamt <= 0 || !isKnownFrom(parseDay(`${year}-01-01`), context)) return UNCHANGED
    spent.fund -= visit.fund_pay_sumamt
    if (isIll(visit)) spent.ill--
    const place = spent.late.findIndex(({ id }) => id === visit.setl_id)
    if (place >= 0) spent.late.splice(place, 1)
    return judgedPerson(spent, year, context)
  },
}

function isIll({ diseinfo }: Visit): boolean {
  return diseinfo.some(({ diag_code }) => LEGITIMATE.test(diag_code))
}

function judgedPerson(spent: Spent, year: string, context: Context<Params>): Step<Spent, Evidence> {
  const forgetAt = startOfDay(lastDayOf(year)) + KEPT
  if (spent.late.length === 0) return { state: spent, forgetAt, holds: NOTHING_HOLDS }
  const finding = personFinding(spent, year, context)
  return { state: spent, forgetAt, holds: finding ? [finding] : NOTHING_HOLDS }
}

/** What an institution sold in a year: by day at its counters, and how many settlements lie just below and above a threshold. */
interface Sold {
  readonly days: Record<string, Fen>
  lastDays: Fen
  readonly ids: FirstIds
  below: number
  above: number
  belowFund: Fen
  readonly belowIds: FirstIds
  admdvs: string
}

function isBelow(amount: Fen, { threshold_yuan, threshold_width }: Params): boolean {
  return amount >= (1 - threshold_width) * threshold_yuan * 100 && amount < threshold_yuan * 100
}

function isJustAbove(amount: Fen, { threshold_yuan, threshold_width }: Params): boolean {
  return amount >= threshold_yuan * 100 && amount <= (1 + threshold_width) * threshold_yuan * 100
}

/** Whether the settlement is one of the last days' sales at a counter. */
function isRush({ med_class, setl_time }: Visit, year: string, { rush_days }: Params): boolean {
  return isPharmacy(med_class) && dayOf(setl_time) > lastDayOf(year) - rush_days
}

function countSale(sold: Sold, visit: Visit, sign: 1 | -1, params: Params): void {
  const { setl_id, setl_time, medfee_sumamt, fund_pay_sumamt, med_class } = visit
  const year = yearIn(visit)
  if (isRush(visit, year, params)) {
    sold.lastDays += sign * medfee_sumamt
    if (sign > 0) addId(sold.ids, setl_id, setl_time)
    else removeId(sold.ids, setl_id)
  } else if (isPharmacy(med_class)) {
    const day = String(dayOf(setl_time))
    const left = (sold.days[day] ?? 0) + sign * medfee_sumamt
    if (left > 0) sold.days[day] = left
    else delete sold.days[day]
  }
  if (isJustAbove(medfee_sumamt, params)) sold.above += sign
  if (!isBelow(medfee_sumamt, params)) return
  sold.below += sign
  sold.belowFund += sign * fund_pay_sumamt
  if (sign > 0) addId(sold.belowIds, setl_id, setl_time)
  else removeId(sold.belowIds, setl_id)
}

type Said = Pick<Evidence, 'clause' | 'amount' | 'limit' | 'ratio' | 'settlements'>

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
  return soldFinding(sold, year, sold.ids, vola_amt, { clause: 'rush', ...said, settlements: countOf(sold.ids) }, root)
}

function thresholdFinding(sold: Sold, year: string, { root, params }: Context<Params>): Finding<Evidence> | undefined {
  const { below, above, belowFund, belowIds } = sold
  if (below < params.threshold_settlements || below <= params.threshold_factor * above) return undefined
  const said = { amount: below, limit: params.threshold_yuan, ratio: ratioOf(below, Math.max(1, above)), settlements: below }
  return soldFinding(sold, year, belowIds, belowFund, { clause: 'threshold', ...said }, root)
}

function judgedSold(sold: Sold, year: string, context: Context<Params>): Step<Sold, Evidence> {
  const closes = startOfDay(lastDayOf(year) + 1) + OUTPATIENT_LATENESS
  const step = { state: sold, forgetAt: closes + KEPT }
  if (context.watermark < closes) return { wakeAt: closes, ...step }
  const holds = [rushFinding(sold, year, context), thresholdFinding(sold, year, context)].flatMap((finding) => finding ?? [])
  return { holds: holds.length > 0 ? holds : NOTHING_HOLDS, ...step }
}

const institutionPart: Part<Visit, Sold, Evidence, Params> = {
  name: INSTITUTION,
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

/**
 * ANO-16 封顶线/年末冲顶: what is left of a year's benefits is used up in its last days, by a person up to the cap, at a
 * pharmacy's counter, or by amounts that stay just below a threshold.
 */
export default defineDetector<Evidence, Params>({
  id: 'ANO-16',
  version: 2,
  title: { zh: '封顶线/年末冲顶', en: 'Limit hugging and year-end rush' },
  category: 'ANO',
  result: 'suspicion',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '40(一)' }],
  stages: ['mid', 'post'],
  behaviour: '诱导协助冒名或虚假就医购药',
  params: {
    cap_from: byDefault(0.95, "share of the year's cap from which, up to the cap itself, a person hugs it"),
    cap_last_days: byDefault(15, 'of the year'),
    cap_settlements: byDefault(5, 'in these days at least'),
    rush_days: byDefault(10, 'of December, the last'),
    rush_factor: byDefault(2.5, 'times what so many days brought before'),
    rush_known_days: byDefault(30, 'days with sales that must be known'),
    threshold_yuan: byDefault(5000, 'above which claims are reviewed'),
    threshold_width: byDefault(0.05, 'share of the threshold on either side'),
    threshold_factor: byDefault(3, 'times as many below as above'),
    threshold_settlements: byDefault(20, 'below it at least'),
  },
  parts: [personPart, institutionPart],
  explain({ year, clause, amount, limit, ratio, settlements, vola_amt }, language) {
    const zh = language === 'zh'
    const fund = formatYuan(vola_amt * 100)
    if (clause === 'cap')
      return zh
        ? `${year}年基金累计${amount}元，达封顶线${limit}元的${ratio}%，年末结算${settlements}笔，基金${fund}元。`
        : `In ${year} the fund paid ${amount} yuan, ${ratio} % of the cap of ${limit}; ${settlements} settlements in its last days, ${fund} yuan.`
    if (clause === 'rush')
      return zh
        ? `${year}年末10天购药${amount}元，为平日同期${limit}元的${ratio}倍，共${settlements}笔。`
        : `Sales of ${amount} yuan in the last days of ${year} are ${ratio} times the usual ${limit}; ${settlements} settlements.`
    return zh
      ? `${year}年${settlements}笔结算紧贴${limit}元以下，为以上的${ratio}倍，基金${fund}元。`
      : `In ${year} ${settlements} settlements lie just below ${limit} yuan, ${ratio} times as many as above; ${fund} yuan of the fund.`
  },
  example: {
    year: '2026',
    subject: 'P99010100001',
    clause: 'rush',
    amount: 92_000,
    limit: 30_000,
    ratio: 3.07,
    settlements: 420,
    vola_amt: 62_000,
  },
})
