import type { FeeLine } from '../../schemas/events.ts'
import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import { dayOf, formatDay, formatInstant, HOUR, type Instant, MINUTE, parseInstant, SECOND } from '../../schemas/time.ts'
import { defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { chargedLines } from '../kit/bills/charged-lines.ts'
import { isOfCourse } from '../kit/care/courses.ts'
import { isFixedPrice } from '../kit/care/fixed-price.ts'
import { isMedicine } from '../kit/care/medicine.ts'
import { itemOf } from '../kit/items/item-of.ts'
import { packHead, unpackHead } from '../kit/parts/packed.ts'
import { type Remembered, remembered, restingOn } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/parts/window.ts'
import { counted } from '../kit/plain/counted.ts'
import { basketPrint, packPrints, unpackPrints } from '../kit/plain/print.ts'
import { byDefault } from '../params.ts'

interface Settled extends Remembered {
  readonly med_type: string
  readonly medfee: Fen
  readonly fund: Fen
  /** Print of what all lines charge by code, count and price; behind it, of what is done anew each day, the day. */
  readonly content: string
  readonly lines: number
}

const FORM: Form<Settled> = {
  pack: (settled) => {
    const { med_type, medfee, fund, content, lines } = settled
    return [...packHead(settled), med_type, medfee, fund, content, lines]
  },
  unpack: (packed) => {
    const [, , , med_type, medfee, fund, content, lines] = packed
    return { med_type, medfee, fund, content, lines, ...unpackHead(packed) }
  },
}

interface Side {
  readonly setl_id: string
  readonly setl_time: string
  readonly med_type: string
  readonly medfee_sumamt: number
  readonly fund_pay_sumamt: number
  readonly lines: number
}

interface Evidence {
  readonly earlier: Side
  readonly later: Side
  readonly minutes_apart: number
  readonly vola_amt: number
}

interface Params {
  readonly identical_minutes: number
  readonly similar_hours: number
  readonly verdict_minutes: number
}

interface Twin {
  readonly earlier: Settled
  readonly result: 'violation' | 'suspicion'
}

const THERAPY = '05'

/** 诊察费, 一般诊疗费, 挂号费. */
const FEES = ['02', '12', '13']

/** Whether the same may rightly come again on the next day: a session of a course, an infusion, or nothing but treatment and fees. */
function isDaily(visit: Visit, lines: readonly FeeLine[]): boolean {
  const { items } = visit
  if (isOfCourse(visit) || isFixedPrice(visit) || items.some((item) => item?.tags?.includes('infusion'))) return true
  if (lines.every(({ med_chrgitm_type: type }) => type === THERAPY || FEES.includes(type))) return true
  // Services of no told kind may be either.
  return lines.every((line, i) => line.med_chrgitm_type === '' && !isMedicine(line, itemOf(visit, lines, i)))
}

function contentOf(visit: Visit, lines: readonly FeeLine[]): string {
  // Receipts of many visits are reimbursed within minutes: one was handed in twice only where its days are the same.
  if (isAtAgency(visit)) return packPrints([basketPrint(lines.map(ofItsDay))])
  const basket = basketPrint(lines)
  if (!isDaily(visit, lines)) return packPrints([basket])
  return packPrints([basket, dayOf(Math.min(...lines.map((line) => line.fee_ocur_time)))])
}

function ofItsDay(line: FeeLine): FeeLine {
  return { ...line, med_list_codg: `${line.med_list_codg}|${formatDay(dayOf(line.fee_ocur_time))}` }
}

function basketOf({ content }: Settled): number {
  return unpackPrints(content)[0]!
}

/** The settlement that the later one repeats: an identical one within minutes, else the last with the same lines. */
function twinOf(later: Settled, before: readonly Settled[], { identical_minutes, similar_hours }: Params): Twin | undefined {
  const basket = basketOf(later)
  const alike = before.filter((other) => other.fixmedins_code === later.fixmedins_code && basketOf(other) === basket)
  if (alike.length === 0) return undefined
  // Nothing is done anew within minutes, though midnight lies between.
  const identical = alike.findLast(({ at, medfee, med_type }) => {
    return later.at - at <= identical_minutes * MINUTE && medfee === later.medfee && med_type === later.med_type
  })
  if (identical) return { earlier: identical, result: 'violation' }
  const similar = alike.findLast(({ at, content }) => content === later.content && later.at - at <= similar_hours * HOUR)
  return similar && { earlier: similar, result: 'suspicion' }
}

function sideOf({ id, at, med_type, medfee, fund, lines }: Settled): Side {
  const amounts = { medfee_sumamt: yuan(medfee), fund_pay_sumamt: yuan(fund) }
  return { setl_id: id, setl_time: formatInstant(at), med_type, ...amounts, lines }
}

function findingOn(psn_no: string, later: Settled, { earlier, result }: Twin): Finding<Evidence> {
  return {
    subject: { type: 'settlement', id: later.id },
    bucket: '',
    result,
    severity: 1,
    ...restingOn(psn_no, [earlier, later]),
    vola_amt: later.fund,
    lines: [],
    evidence: {
      earlier: sideOf(earlier),
      later: sideOf(later),
      minutes_apart: Math.round((later.at - earlier.at) / (MINUTE / 100)) / 100,
      vola_amt: yuan(later.fund),
    },
  }
}

/** How long the two lie apart, to the second: ten minutes are a limit. */
function apart(earlier: Side, later: Side, language: 'zh' | 'en'): string {
  const seconds = Math.round((parseInstant(later.setl_time) - parseInstant(earlier.setl_time)) / SECOND)
  const zh = language === 'zh'
  if (seconds === 0) return zh ? '同一秒' : 'the same second'
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  if (zh && seconds === minutes * 60) return `${minutes}分钟`
  const units: readonly [number, string][] = [
    [hours, zh ? '小时' : ' h '],
    [minutes, zh ? '分' : ' min '],
    [seconds % 60, zh ? '秒' : ' s '],
  ]
  const parts = units.filter(([count]) => count > 0)
  return parts
    .map(([count, unit]) => `${count}${unit}`)
    .join('')
    .trim()
}

/** MGT-01 重复结算: one person's same lines settled twice by one institution, and the first attempt never taken back. */
export default defineDetector<Evidence, Params>({
  id: 'MGT-01',
  version: 6,
  title: { zh: '重复结算', en: 'Duplicate settlement' },
  category: 'MGT',
  result: 'violation',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '38(六)' },
    { law: '医疗保障基金使用监督管理条例', article: '41' },
  ],
  stages: ['mid'],
  behaviour: '重复收费',
  params: {
    identical_minutes: byDefault(10, 'also the same amount and care type: violation'),
    similar_hours: byDefault(24, 'the same lines: suspicion'),
    verdict_minutes: byDefault(15, 'a client that tries again voids its first attempt within this time'),
  },
  parts: [
    windowRule<Visit, Settled, Evidence, Params>({
      on: ['settlement'],
      space: 'person',
      root: (visit) => visit.psn_no,
      // One memory for all of a person's institutions: most have one settlement in two days, and lie with the person's.
      form: FORM,
      keep: 48 * HOUR,
      remember(visit) {
        const { feedetail, med_type, medfee_sumamt: medfee, fund_pay_sumamt: fund } = visit
        if (feedetail.length === 0) return 'INPUT_MISSING'
        const lines = chargedLines(visit)
        // What it took back itself it did not charge.
        if (lines.length === 0) return undefined
        return { med_type, medfee, fund, content: contentOf(visit, lines), lines: lines.length, ...remembered(visit) }
      },
      judge(settlements, { root, params, watermark }) {
        if (settlements.length === 1) return { holds: NOTHING_HOLDS }
        const holds: Finding<Evidence>[] = []
        let wakeAt: Instant | undefined
        settlements.forEach((later, i) => {
          const twin = twinOf(later, settlements.slice(0, i), params)
          if (!twin) return
          const due = later.at + params.verdict_minutes * MINUTE
          if (watermark >= due) holds.push(findingOn(root, later, twin))
          else wakeAt ??= due
        })
        return { holds, wakeAt }
      },
    }),
  ],
  explain({ earlier, later, vola_amt }, language) {
    const [total, fund] = [formatYuan(later.medfee_sumamt * 100), formatYuan(vola_amt * 100)]
    const time = apart(earlier, later, language)
    return language === 'zh'
      ? `同一机构${time}内两次结算相同的${later.lines}条明细，后一次${total}元，基金${fund}元。前一次${earlier.setl_id}未撤销。`
      : `One institution settled the same ${counted(later.lines, 'line')} twice in ${time}: ${total} yuan the second time, ${fund} of it from the fund; ${earlier.setl_id} was not voided.`
  },
  example: {
    earlier: {
      ...{ setl_id: 'S3', setl_time: '2026-03-02T10:00:00+08:00', med_type: '11' },
      ...{ medfee_sumamt: 100, fund_pay_sumamt: 70, lines: 2 },
    },
    later: {
      ...{ setl_id: 'S4', setl_time: '2026-03-02T10:03:00+08:00', med_type: '11' },
      ...{ medfee_sumamt: 100, fund_pay_sumamt: 70, lines: 2 },
    },
    minutes_apart: 3,
    vola_amt: 70,
  },
})
