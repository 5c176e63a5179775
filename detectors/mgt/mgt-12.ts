import type { Admission, Discharge, FeeLine } from '../../schemas/events.ts'
import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import { dayOf } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import { chargedLines } from '../kit/bills/charged-lines.ts'
import { completedYears } from '../kit/care/age.ts'
import { isPaidByDay } from '../kit/care/billed-weekly.ts'
import { isWestern } from '../kit/care/icd.ts'
import { mainDiagnosis } from '../kit/care/main-diagnosis.ts'
import { isMedicine } from '../kit/care/medicine.ts'
import { itemOf } from '../kit/items/item-of.ts'
import { restingOn, visitOf } from '../kit/parts/remembered.ts'
import { NOTHING_HOLDS, together, windowRule } from '../kit/parts/window.ts'
import { counted } from '../kit/plain/counted.ts'
import { STAY_FORM } from '../kit/stays/packed-stay.ts'
import { GRAVE_END, STAY_MEMORY, type StayEntry, stayDays, stayEntry, staysOf } from '../kit/stays/stay.ts'
import { byDefault } from '../params.ts'

/** What one settlement of the stay tells. */
interface Settled extends StayEntry {
  readonly total: Fen
  /** Examinations and laboratory tests. */
  readonly tests: Fen
  /** Operated, injected or otherwise treated. */
  readonly treated: boolean
  readonly diagnoses: readonly string[]
  readonly drg_code: string
  /** Mean cost of the payment group, `null` where unknown. */
  readonly mean_cost: Fen | null
  readonly years: number | null
}

/** Admissions and discharges tell the dates only. */
type Told = StayEntry | Settled

function isSettled(told: Told): told is Settled {
  return told.source === 'settlement'
}

const FORM: Form<Told> = {
  pack(told) {
    const stay = STAY_FORM.pack(told)
    if (!isSettled(told)) return [stay]
    const { total, tests, treated, diagnoses, drg_code, mean_cost, years } = told
    return [stay, total, tests, treated ? 1 : 0, diagnoses, drg_code, mean_cost, years]
  },
  unpack([stay, total, tests, treated, ...measured]) {
    const entry = STAY_FORM.unpack(stay)
    if (total === undefined) return entry
    const [diagnoses, drg_code, mean_cost, years] = measured
    return { ...entry, total, tests, treated: treated === 1, diagnoses, drg_code, mean_cost, years }
  },
}

interface Evidence {
  /** Weights of what was found, 1 together. */
  readonly score: number
  readonly parts: { readonly tests: number; readonly untreated: number; readonly mild: number; readonly cheap: number }
  /** Per cent of the cost. */
  readonly tests_share: number
  readonly days: number
  readonly diagnosis: string
  readonly drg_code: string
  /** `null` where the group's mean is unknown. */
  readonly mean_cost: number | null
  readonly medfee: number
  readonly years: number | null
  readonly vola_amt: number
}

interface Params {
  readonly score: number
  readonly tests_share: number
  readonly mild: readonly string[]
  readonly harm: readonly string[]
  readonly days: number
  readonly cheap_share: number
  readonly child_years: number
  readonly old_years: number
}

/** Tenths of the score. */
const WEIGHTS = { tests: 3, untreated: 3, mild: 2, cheap: 2 }
const [EXAMINATION, LABORATORY, THERAPY, OPERATION] = ['03', '04', '05', '06']
/** 疑似疾病的医疗观察: admitted to be watched. */
const OBSERVATION = 'Z03'
const HYPERTENSION = 'I10'

/** The national code of a western drug: X, class, generic, and then the letter of its form, B for what is injected. */
const INJECTED = /^X[A-Z0-9]{9}B/

/** Injections are known by their tag or, for drugs, by their name or code. */
function isInjection({ med_list_codg }: FeeLine, item: Visit['items'][number]): boolean {
  return item?.tags?.includes('infusion') || item?.name?.includes('注射') || INJECTED.test(med_list_codg)
}

/** What kind of service a line is that no charge type tells; it may have been a treatment. */
function isTreatment(line: FeeLine, item: Visit['items'][number]): boolean {
  const { med_chrgitm_type } = line
  if (med_chrgitm_type === '') return !isMedicine(line, item)
  return med_chrgitm_type === THERAPY || med_chrgitm_type === OPERATION
}

function settledIn(visit: Visit, { reference }: Context<Params>): Settled {
  let total = 0
  let tests = 0
  let treated = visit.oprninfo.some(({ oprn_oprt_code }) => oprn_oprt_code !== '')
  const lines = chargedLines(visit)
  lines.forEach((line, i) => {
    const { med_chrgitm_type, det_item_fee_sumamt } = line
    total += det_item_fee_sumamt
    if (med_chrgitm_type === EXAMINATION || med_chrgitm_type === LABORATORY) tests += det_item_fee_sumamt
    else if (isTreatment(line, itemOf(visit, lines, i)) || isInjection(line, itemOf(visit, lines, i))) treated = true
  })
  const { begntime, setl_time, brdy, drg_code } = visit
  const mean = drg_code ? reference.find('drg', drg_code, begntime ?? setl_time, visit)?.row.mean_cost : undefined
  const main = mainDiagnosis(visit)
  const others = visit.diseinfo
    .filter((diagnosis) => isWestern(diagnosis) && diagnosis.diag_code !== main)
    .map(({ diag_code }) => diag_code)
  return {
    ...stayEntry(visit)!,
    total,
    tests,
    treated,
    diagnoses: main ? [main, ...others] : [],
    drg_code,
    mean_cost: typeof mean === 'number' && mean > 0 ? Math.round(mean * 100) : null,
    years: brdy === undefined ? null : completedYears(brdy, dayOf(begntime ?? setl_time)),
  }
}

/** Children and the very old are watched more closely, and some are admitted to be watched. */
function isExempt({ years, diagnoses }: Settled, { child_years, old_years }: Params): boolean {
  if (years !== null && (years < child_years || years >= old_years)) return true
  return diagnoses.some((code) => code.startsWith(OBSERVATION))
}

/** Of the dates that its events tell; 0 where they do not tell both. */
function daysOf(told: readonly Told[]): number {
  const [stay] = staysOf(told)
  return stay?.endtime === undefined ? 0 : stayDays(stay.begntime, stay.endtime, 'admission')
}

/** The main diagnosis; high blood pressure only where nothing else says that it has done harm. */
function isMild([main = '', ...others]: readonly string[], { mild, harm }: Params): boolean {
  if (!mild.some((prefix) => main.startsWith(prefix))) return false
  return !(main.startsWith(HYPERTENSION) && others.some((code) => harm.some((prefix) => code.startsWith(prefix))))
}

function findingOn(psn_no: string, settlements: readonly Settled[], days: number, params: Params): Finding<Evidence> | undefined {
  const last = settlements.at(-1)!
  const [main = ''] = last.diagnoses
  const sum = (of: (settled: Settled) => number) => settlements.reduce((total, settled) => total + of(settled), 0)
  const total = sum((settled) => settled.total)
  const share = total > 0 ? sum(({ tests }) => tests) / total : 0
  const { mean_cost, drg_code, years } = last
  const isShort = days > 0 && days <= params.days
  const isCheap = mean_cost !== null && isShort && total < params.cheap_share * mean_cost
  const parts = {
    tests: share > params.tests_share ? WEIGHTS.tests : 0,
    untreated: settlements.every(({ treated }) => !treated) ? WEIGHTS.untreated : 0,
    mild: isMild(last.diagnoses, params) ? WEIGHTS.mild : 0,
    cheap: isCheap ? WEIGHTS.cheap : 0,
  }
  const score = parts.tests + parts.untreated + parts.mild + parts.cheap
  if (score < Math.round(params.score * 10)) return undefined
  const vola_amt = sum(({ fund }) => fund)
  return {
    subject: { type: 'settlement', id: last.id },
    bucket: '',
    result: 'suspicion',
    severity: 3,
    ...restingOn(psn_no, settlements),
    vola_amt,
    lines: [],
    evidence: {
      score: score / 10,
      parts: { tests: parts.tests / 10, untreated: parts.untreated / 10, mild: parts.mild / 10, cheap: parts.cheap / 10 },
      tests_share: Math.round(share * 1000) / 10,
      ...{ days, diagnosis: main, drg_code, years },
      mean_cost: mean_cost === null ? null : yuan(mean_cost),
      medfee: yuan(total),
      vola_amt: yuan(vola_amt),
    },
  }
}

/** MGT-12 低标准入院: a stay in which little was done but tests, for an illness that needs no bed. */
export default defineDetector<Evidence, Params>({
  id: 'MGT-12',
  version: 9,
  title: { zh: '低标准入院', en: 'Admission without indication' },
  category: 'MGT',
  result: 'suspicion',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(二)' }],
  stages: ['post'],
  behaviour: '过度诊疗',
  params: {
    score: byDefault(0.7, 'of 1: tests 0.3, untreated 0.3, mild 0.2, cheap 0.2'),
    tests_share: byDefault(0.6, 'examinations and laboratory tests in the cost, more than'),
    mild: byDefault<readonly string[]>(['J06', 'J20', 'K29', 'M54', 'R51', 'I10'], 'main diagnoses that seldom need a bed'),
    harm: byDefault<readonly string[]>(
      ['I11', 'I12', 'I13', 'I20', 'I21', 'I22', 'I24', 'I50', 'I60', 'I61', 'I63', 'I64', 'I67.4', 'I71.0', 'N17', 'N18', 'N19'],
      'beside high blood pressure (I10): it is not uncomplicated',
    ),
    days: byDefault(5, 'stay days of a short stay, at most'),
    cheap_share: byDefault(0.5, 'of the mean cost of its payment group, less than'),
    child_years: byDefault(14, 'younger patients are not judged'),
    old_years: byDefault(80, 'nor are those of this age and older'),
  },
  parts: [
    windowRule<Visit | Admission | Discharge, Told, Evidence, Params>({
      on: ['settlement', 'admission', 'discharge'],
      space: 'person',
      root: ({ psn_no }) => psn_no,
      key: (event) => (event.kind === 'settlement' ? visitOf(event) : event.mdtrt_id),
      // Day surgery is short by design, and a birth is no illness.
      concerns: (event) => event.kind !== 'settlement' || event.med_class === 'IPT',
      form: FORM,
      keep: STAY_MEMORY,
      remember(event, context) {
        if (event.kind !== 'settlement') return stayEntry(event)
        if (isPaidByDay(event, context.reference)) return undefined
        return event.feedetail.every((line) => line.med_chrgitm_type === '') ? 'INPUT_MISSING' : settledIn(event, context)
      },
      judge(told, { root, params }: Context<Params>) {
        const keep = together(told, STAY_MEMORY)
        const settlements = told.filter(isSettled)
        const last = settlements.at(-1)
        // A stay is judged when it is settled to its end.
        if (!last || last.mid || isExempt(last, params) || told.some(({ dscg_way }) => GRAVE_END.has(dscg_way)))
          return { holds: NOTHING_HOLDS, keep }
        const days = daysOf(told)
        const finding = findingOn(root, settlements, days, params)
        if (finding) return { holds: [finding], keep }
        // The dates would have told of a short stay.
        return { holds: NOTHING_HOLDS, keep, skipped: days === 0 ? 'INPUT_MISSING' : undefined }
      },
    }),
  ],
  explain({ score, tests_share, days, diagnosis, medfee, vola_amt }, language) {
    const [total, amount] = [formatYuan(medfee * 100), formatYuan(vola_amt * 100)]
    const zh = language === 'zh'
    // Where the bill tells no diagnosis, or not when the stay began and ended, nor does the sentence.
    const illness = diagnosis && (zh ? `诊断${diagnosis}` : ` for ${diagnosis}`)
    const stay = days > 0 ? (zh ? `住院${days}天` : `A stay of ${counted(days, 'day')}`) : zh ? '住院' : 'A stay'
    return zh
      ? `${illness}${stay}，检查化验占${tests_share}%，低标准得分${score}，总费用${total}元，基金${amount}元。`
      : `${stay}${illness}: ${tests_share} % of ${total} yuan went into tests, the score is ${score}; the fund paid ${amount} yuan.`
  },
  example: {
    score: 0.8,
    parts: { tests: 0.3, untreated: 0.3, mild: 0.2, cheap: 0 },
    tests_share: 72.5,
    days: 4,
    diagnosis: 'J06.900',
    drg_code: 'ES35',
    mean_cost: 5200,
    medfee: 3100,
    years: 46,
    vola_amt: 2170,
  },
})
