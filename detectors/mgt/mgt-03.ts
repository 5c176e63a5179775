import type { Admission, Discharge } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { type Fen, formatYuan, shareOf } from '../../schemas/money.ts'
import { DAY, formatInstant, HOUR, type Instant, SECOND } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import { chargedLines, takenBackBeyond } from '../kit/bills/charged-lines.ts'
import { inPolicy, violating } from '../kit/bills/finding.ts'
import { leftOver, type Quantity, quantityOf } from '../kit/bills/taken-back.ts'
import { type PackedSerials, packSerials, serialAt, sorted } from '../kit/parts/packed.ts'
import { restingOn, visitOf } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS, together, windowRule } from '../kit/parts/window.ts'
import { counted } from '../kit/plain/counted.ts'
import { STAY_FORM } from '../kit/stays/packed-stay.ts'
import { latestEnd, STAY_MEMORY, type Stay, type StayEntry, stayEntry, staysOf } from '../kit/stays/stay.ts'
import { byDefault } from '../params.ts'

/** Pre-admission tests (`er_flag` 2) and the emergency room that led to the stay, and medicine to take home. */
type Leave = 'tests' | 'take-home' | ''

/** The charged lines of one settlement, side by side: every one must be kept until the stay's dates are certain. */
interface Told extends StayEntry {
  readonly times: readonly Instant[]
  readonly serials: PackedSerials
  readonly inscp: readonly Fen[]
  readonly codes: readonly string[]
  /** By line, for the few that have any. */
  readonly leave: Readonly<Record<number, Leave>>
  /** By line, where it is not one. */
  readonly counts: Readonly<Record<number, number>>
  /** Of what earlier bills of the stay charged. */
  readonly back: readonly Quantity[]
}

/** Times are told from the line before: they follow one another. */
const FORM: Form<Told> = {
  pack(told) {
    const { at, times, serials, inscp, codes, leave, counts, back } = told
    const { kinds, numbers } = sorted(codes, (code) => code)
    const steps = times.map((time, i) => (time - (i === 0 ? at : times[i - 1]!)) / SECOND)
    const lines = [STAY_FORM.pack(told), steps, serials, inscp, kinds, numbers, leave, counts]
    return back.length > 0 ? [...lines, back] : lines
  },
  unpack([packed, steps, serials, inscp, kinds, numbers, leave, counts, back = NOTHING_BACK]) {
    const entry = STAY_FORM.unpack(packed)
    let at = entry.at
    const times = steps.map((step: number) => {
      at += Math.round(step * SECOND)
      return at
    })
    return { times, serials, inscp, codes: numbers.map((number: number) => kinds[number]), leave, counts, back, ...entry }
  },
}

interface Evidence {
  readonly begntime: string
  /** `null` while the stay is open. */
  readonly endtime: string | null
  readonly lines: readonly {
    readonly feedetl_sn: string
    readonly med_list_codg: string
    readonly fee_ocur_time: string
    /** Before the beginning (negative) or after the end. */
    readonly hours: number
  }[]
  readonly count: number
  readonly vola_amt: number
}

interface Params {
  readonly margin_hours: number
  readonly tests_days: number
}

const SHOWN = 50
/** 急诊转住院: what was charged in days of observation there is settled with the stay. */
const FROM_EMERGENCY = '24'
const DIED = '5'
const NO_LEAVE: Told['leave'] = {}
const NO_COUNTS: Told['counts'] = {}
const NOTHING_BACK: Told['back'] = []
const NO_LINES = { times: [], serials: [], inscp: [], codes: [], leave: NO_LEAVE, counts: NO_COUNTS, back: NOTHING_BACK }

function toldOf(event: Visit | Admission | Discharge): Told {
  const entry = stayEntry(event)!
  if (event.kind !== 'settlement') return { ...NO_LINES, ...entry }
  const lines = chargedLines(event)
  const leave: Record<number, Leave> = {}
  const counts: Record<number, number> = {}
  const fromEmergency = event.med_type.startsWith(FROM_EMERGENCY)
  lines.forEach(({ er_flag, dscg_tkdrug_flag, cnt }, i) => {
    if (cnt !== 1) counts[i] = cnt
    if (er_flag === '2' || (er_flag === '1' && fromEmergency)) leave[i] = 'tests'
    else if (dscg_tkdrug_flag === '1') leave[i] = 'take-home'
  })
  return {
    times: lines.map(({ fee_ocur_time }) => fee_ocur_time),
    serials: packSerials(lines.map(({ feedetl_sn }) => feedetl_sn)),
    inscp: lines.map(inPolicy),
    codes: lines.map(({ med_list_codg }) => med_list_codg),
    leave,
    counts,
    back: takenBackBeyond(event).map(quantityOf),
    ...entry,
  }
}

/** How long before the beginning (negative) or after the end the line lies, 0 where it may lie there. */
function outside(
  time: Instant,
  leave: Leave,
  { begntime, endtime, dscg_way }: Stay,
  { margin_hours, tests_days }: Params,
): number {
  const margin = margin_hours * HOUR
  if (time < begntime - (leave === 'tests' ? tests_days * DAY : margin)) return time - begntime
  if (endtime === undefined || leave === 'take-home' || time <= latestEnd(endtime) + margin) return 0
  // Charges after a death are no fault of dates: MGT-22 accuses them.
  return dscg_way === DIED ? 0 : time - endtime
}

interface Charge extends Quantity {
  readonly place: number
  readonly by: number
}

interface Misplaced extends Charge {
  /** What later bills leave of the count. */
  readonly left: number
}

/** The lines of each bill that lie outside the stay and remain charged. */
function misplacedIn(told: readonly Told[], stay: Stay, params: Params): Misplaced[][] {
  const byOf = ({ times, leave }: Told, place: number) => outside(times[place]!, leave[place] ?? '', stay, params)
  const isInPlace = ({ code, at }: Quantity) =>
    told.some((bill) => bill.times.some((time, i) => time === at && bill.codes[i] === code && byOf(bill, i) === 0))
  const bills = told.map((bill) => ({
    charges: bill.times.flatMap((at, place): Charge[] => {
      const by = byOf(bill, place)
      return by === 0 ? [] : [{ place, by, code: bill.codes[place]!, at, cnt: bill.counts[place] ?? 1 }]
    }),
    back: bill.back.filter((taken) => !isInPlace(taken)),
  }))
  const left = leftOver(bills)
  return bills.map(({ charges }) =>
    charges.map((charge) => ({ ...charge, left: left.get(charge) ?? charge.cnt })).filter((charge) => charge.left > 0),
  )
}

function findingOn(psn_no: string, settlement: Told, stay: Stay, misplaced: readonly Misplaced[]): Finding<Evidence> {
  const lines = misplaced.map(({ place, cnt, left }) => {
    const inscp = shareOf(settlement.inscp[place]!, left, cnt)
    return violating(settlement.id, { feedetl_sn: serialAt(settlement.serials, place) }, inscp)
  })
  const vola_amt = lines.reduce((sum, line) => sum + line.vola_amt, 0)
  return {
    subject: { type: 'settlement', id: settlement.id },
    bucket: '',
    result: 'violation',
    severity: 2,
    ...restingOn(psn_no, [settlement]),
    vola_amt,
    lines,
    count: lines.length,
    evidence: {
      begntime: formatInstant(stay.begntime),
      endtime: stay.endtime === undefined ? null : formatInstant(stay.endtime),
      lines: misplaced.slice(0, SHOWN).map(({ place, by }) => ({
        feedetl_sn: serialAt(settlement.serials, place),
        med_list_codg: settlement.codes[place]!,
        fee_ocur_time: formatInstant(settlement.times[place]!),
        hours: Math.round(by / (HOUR / 10)) / 10,
      })),
      count: lines.length,
      vola_amt: vola_amt / 100,
    },
  }
}

/** MGT-03 计费日期与住院时间不符: charges of a day on which the person did not lie in hospital. */
export default defineDetector<Evidence, Params>({
  id: 'MGT-03',
  version: 4,
  title: { zh: '计费日期与住院时间不符', en: 'Charge outside the stay' },
  category: 'MGT',
  result: 'violation',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '38(三)' },
    { law: '医疗保障基金使用监督管理条例', article: '40(三)' },
  ],
  stages: ['mid'],
  behaviour: '虚构医药服务项目',
  params: {
    margin_hours: byDefault(24, 'before the beginning and after the end'),
    tests_days: byDefault(
      7,
      'before the beginning for pre-admission tests (er_flag 2), and for the emergency room that led to the stay',
    ),
  },
  parts: [
    windowRule<Visit | Admission | Discharge, Told, Evidence, Params>({
      on: ['settlement', 'admission', 'discharge'],
      space: 'person',
      root: (event) => event.psn_no,
      key: (event) => (event.kind === 'settlement' ? visitOf(event) : event.mdtrt_id),
      concerns: (event) => event.kind !== 'settlement' || isInpatient(event.med_class),
      form: FORM,
      keep: STAY_MEMORY,
      remember: toldOf,
      judge(told, { root, params }: Context<Params>) {
        const keep = together(told, STAY_MEMORY)
        const last = told.findLast(({ times }) => times.length > 0)
        if (!last) return { holds: NOTHING_HOLDS, keep }
        const [stay] = staysOf(told)
        const misplaced = stay ? misplacedIn(told, stay, params) : []
        const holds = misplaced.flatMap((lines, i) => (lines.length > 0 ? [findingOn(root, told[i]!, stay!, lines)] : []))
        // A final settlement must tell the dates of its stay.
        const unknown = !stay || (stay.endtime === undefined && !last.mid)
        return { holds, keep, skipped: unknown ? 'INPUT_MISSING' : undefined }
      },
    }),
  ],
  explain({ begntime, endtime, lines, count, vola_amt }, language) {
    const [first] = lines
    if (!first) return ''
    const amount = formatYuan(vola_amt * 100)
    const [from, to, on] = [begntime.slice(0, 10), endtime?.slice(0, 10), first.fee_ocur_time.slice(0, 10)]
    return language === 'zh'
      ? `住院${from}至${to ?? '今'}，${count}条明细计费于住院之外（首条${on}），共${amount}元。`
      : `Outside the stay from ${from} to ${to ?? 'now'} the bill charges ${counted(count, 'line')}, the first on ${on}: ${amount} yuan.`
  },
  example: {
    begntime: '2026-03-01T09:00:00+08:00',
    endtime: '2026-03-05T10:00:00+08:00',
    lines: [{ feedetl_sn: '7', med_list_codg: '001109000010000', fee_ocur_time: '2026-03-07T09:00:00+08:00', hours: 47 }],
    count: 1,
    vola_amt: 36,
  },
})
