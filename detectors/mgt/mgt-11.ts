import type { Admission, Discharge } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { formatYuan, yuan } from '../../schemas/money.ts'
import { DAY, formatInstant } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import { hasDialysis, isSessionCode, isTherapySession } from '../kit/care/courses.ts'
import { mainDiagnosis } from '../kit/care/main-diagnosis.ts'
import { byFirstMonth, runsOf } from '../kit/parts/runs.ts'
import { type Entry, NOTHING_HOLDS, windowRule } from '../kit/parts/window.ts'
import { counted } from '../kit/plain/counted.ts'
import { STAY_FORM } from '../kit/stays/packed-stay.ts'
import { type Stay, type StayEntry, stayEntry, staysOf } from '../kit/stays/stay.ts'
import { keepStays, lacksBegin, toldOf } from '../kit/stays/told-stays.ts'
import { byDefault } from '../params.ts'

interface Word extends StayEntry {
  /** A session of dialysis, radiotherapy or chemotherapy: planned, and not counted. */
  readonly session: boolean
  readonly diagnosis: string
}

const FORM: Form<Word> = {
  pack: (word) => (word.session ? [STAY_FORM.pack(word), word.diagnosis, 1] : [STAY_FORM.pack(word), word.diagnosis]),
  unpack: ([entry, diagnosis, session]) => ({ session: session === 1, diagnosis, ...STAY_FORM.unpack(entry) }),
}

interface Evidence {
  readonly from: string
  readonly to: string
  readonly stays: readonly {
    readonly mdtrt_id: string
    readonly fixmedins_code: string
    readonly begntime: string
    /** `null` while the stay is open. */
    readonly endtime: string | null
    readonly diagnosis: string
    readonly fund: number
  }[]
  readonly count: number
  readonly institutions: number
  readonly vola_amt: number
}

interface Params {
  readonly in_a_quarter: number
  readonly in_a_year: number
}

const [QUARTER_DAYS, YEAR_DAYS] = [90, 365]
const KEPT = 400 * DAY
const SHOWN = 50

interface Admitted extends Stay, Entry {
  readonly diagnosis: string
}

/** Stays that count, by their beginning. A stay turns out to be a session when any of its events says so. */
function admittedIn(words: readonly Word[]): readonly Admitted[] {
  const sessions = new Set(words.filter(({ session }) => session).map(({ mdtrt_id }) => mdtrt_id))
  return staysOf(words)
    .filter(({ mdtrt_id }) => !sessions.has(mdtrt_id))
    .map((stay) => {
      const diagnosis = words.findLast((word) => word.mdtrt_id === stay.mdtrt_id && word.diagnosis !== '')?.diagnosis ?? ''
      return { ...stay, id: stay.mdtrt_id, at: stay.begntime, diagnosis }
    })
}

function findingOn(psn_no: string, month: string, run: readonly Admitted[], words: readonly Word[]): Finding<Evidence> {
  const settled = new Set(run.flatMap(({ setl_ids }) => setl_ids))
  const vola_amt = run.reduce((sum, { fund }) => sum + fund, 0)
  const [first, last] = [run[0]!, run.at(-1)!]
  const { fixmedins_code, admdvs, insu_admdvs } = last
  return {
    subject: { type: 'person', id: psn_no },
    bucket: month,
    result: 'suspicion',
    severity: 3,
    vola_amt,
    setl_ids: words.filter(({ id }) => settled.has(id)).map(({ id }) => id),
    lines: [],
    at: last.at,
    first_seen: first.at,
    count: run.length,
    ...{ psn_no, fixmedins_code, admdvs, insu_admdvs },
    evidence: {
      from: formatInstant(first.at),
      to: formatInstant(last.at),
      stays: run.slice(0, SHOWN).map(({ mdtrt_id, fixmedins_code, begntime, endtime, diagnosis, fund }) => ({
        ...{ mdtrt_id, fixmedins_code, begntime: formatInstant(begntime), diagnosis, fund: yuan(fund) },
        endtime: endtime === undefined ? null : formatInstant(endtime),
      })),
      count: run.length,
      institutions: new Set(run.map(({ fixmedins_code }) => fixmedins_code)).size,
      vola_amt: yuan(vola_amt),
    },
  }
}

function wordOf(event: Visit | Admission | Discharge, { reference, at }: Context<Params>): Word {
  const entry = stayEntry(event)!
  const admdvs = entry.admdvs || (reference.find('institution', entry.fixmedins_code, at)?.row.admdvs ?? '')
  if (event.kind === 'discharge') return { session: false, diagnosis: '', ...entry, admdvs }
  if (event.kind === 'admission') {
    const diagnosis = event.dscg_maindiag_code
    return { session: isSessionCode(diagnosis), diagnosis, ...entry, admdvs }
  }
  return { session: isTherapySession(event) || hasDialysis(event), diagnosis: mainDiagnosis(event), ...entry, admdvs }
}

/** MGT-11 频繁住院: admitted to hospital again and again. */
export default defineDetector<Evidence, Params>({
  id: 'MGT-11',
  version: 3,
  title: { zh: '频繁住院', en: 'Frequent admissions' },
  category: 'MGT',
  result: 'suspicion',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '38(一)' },
    { law: '医疗保障基金使用监督管理条例', article: '38(二)' },
  ],
  stages: ['mid'],
  behaviour: '过度诊疗',
  params: {
    in_a_quarter: byDefault(4, 'stays that begin within 90 days'),
    in_a_year: byDefault(8, 'or within 365'),
  },
  parts: [
    windowRule<Visit | Admission | Discharge, Word, Evidence, Params>({
      on: ['settlement', 'admission', 'discharge'],
      space: 'person',
      root: (event) => event.psn_no,
      concerns: (event) => event.kind !== 'settlement' || isInpatient(event.med_class),
      form: FORM,
      keep: KEPT,
      remember: wordOf,
      partly: lacksBegin,
      judge(words, { root, params }) {
        const told = toldOf(words)
        const least = Math.min(params.in_a_quarter, params.in_a_year)
        if (told.size < least) return { holds: NOTHING_HOLDS, keep: keepStays(told, new Set(), KEPT) }
        const many = (least: number) => (window: readonly Admitted[]) => window.length >= least
        const runs = runsOf(admittedIn(words), [
          { days: QUARTER_DAYS, crosses: many(params.in_a_quarter) },
          { days: YEAR_DAYS, crosses: many(params.in_a_year) },
        ])
        const held = new Set(runs.flatMap((run) => run.map(({ mdtrt_id }) => mdtrt_id)))
        const holds = [...byFirstMonth(runs)].map(([month, run]) => findingOn(root, month, run, words))
        return { holds, keep: keepStays(told, held, KEPT) }
      },
    }),
  ],
  explain({ from, to, count, institutions, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    const [begin, end] = [from.slice(0, 10), to.slice(0, 10)]
    return language === 'zh'
      ? `${begin}至${end}住院${count}次，涉及${institutions}家机构，基金${amount}元。`
      : `${count} stays at ${counted(institutions, 'institution')} began from ${begin} to ${end}; the fund paid ${amount} yuan.`
  },
  example: {
    from: '2026-01-05T09:00:00+08:00',
    to: '2026-03-20T10:00:00+08:00',
    stays: [
      {
        ...{ mdtrt_id: 'M1', fixmedins_code: 'H99010100001', diagnosis: 'I25.100', fund: 4200 },
        ...{ begntime: '2026-01-05T09:00:00+08:00', endtime: '2026-01-12T10:00:00+08:00' },
      },
    ],
    count: 4,
    institutions: 2,
    vola_amt: 16800,
  },
})
