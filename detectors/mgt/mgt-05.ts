import type { Admission, Discharge } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { type Fen, formatYuan, yuan } from '../../schemas/money.ts'
import { dayOf, formatInstant } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import { hasDialysis, isSessionCode, isTherapySession } from '../kit/care/courses.ts'
import { isOfTumourCycle } from '../kit/care/cycle.ts'
import { icdCategory } from '../kit/care/icd.ts'
import { mainCategory } from '../kit/care/main-diagnosis.ts'
import { NOTHING_HOLDS, windowRule } from '../kit/parts/window.ts'
import { counted } from '../kit/plain/counted.ts'
import { STAY_FORM } from '../kit/stays/packed-stay.ts'
import { STAY_MEMORY, type Stay, type StayEntry, staysOf } from '../kit/stays/stay.ts'
import { isNear, keepStays, lacksBegin, placedEntry, toldOf } from '../kit/stays/told-stays.ts'
import { byDefault } from '../params.ts'

interface Word extends StayEntry {
  /** ICD-10 category of the main diagnosis, `''` where not told. */
  readonly category: string
  readonly drg_code: string
  readonly doctor: string
  /** Why the stay may follow another: a session of a cycle, an emergency, a birth. */
  readonly excuse: Excuse
  readonly total: Fen
  /** What the payment group is paid, `null` where unknown. */
  readonly standard: Fen | null
}

type Excuse = '' | 'session' | 'emergency' | 'birth'

const FORM: Form<Word> = {
  pack(word) {
    const { source, category, drg_code, doctor, excuse, total, standard } = word
    const packed = STAY_FORM.pack(word)
    return source === 'discharge' ? [packed] : [packed, category, drg_code, doctor, excuse, total, standard]
  },
  unpack([entry, category = '', drg_code = '', doctor = '', excuse = '', total = 0, standard = null]) {
    return { category, drg_code, doctor, excuse, total, standard, ...STAY_FORM.unpack(entry) }
  },
}

interface Side {
  readonly mdtrt_id: string
  readonly begntime: string
  /** `null` while the stay is open. */
  readonly endtime: string | null
  readonly category: string
  readonly drg_code: string
  readonly doctor: string
  readonly medfee: number
  readonly fund: number
}

interface Evidence {
  readonly fixmedins_code: string
  readonly earlier: Side
  readonly later: Side
  readonly gap_days: number
  readonly same: 'category' | 'mdc'
  /** 核心区 within the shorter gap, 观察区 beyond it. */
  readonly zone: 'core' | 'watch'
  readonly same_doctor: boolean
  /** The earlier stay cost about what its payment group is paid: it may have been ended for that reason. */
  readonly near_standard: boolean
  /** Fund payment for the later stay, as far as it is settled. */
  readonly vola_amt: number
}

interface Params {
  readonly gap_days: number
  readonly core_days: number
  readonly near_standard: number
}

interface Assembled extends Stay {
  readonly category: string
  readonly drg_code: string
  readonly doctor: string
  readonly excuses: readonly Excuse[]
  readonly total: Fen
  readonly standard: Fen | null
}

const [EMERGENCY_TO_WARD, BIRTH_CHAPTER] = ['24', 'O']

function wordOf(event: Visit | Admission | Discharge, context: Context<Params>): Word {
  const { at, reference } = context
  const entry = placedEntry(event, context)
  const word = { category: '', drg_code: '', doctor: '', excuse: '' as Excuse, total: 0, standard: null, ...entry }
  if (event.kind === 'discharge') return word
  const isEmergency = event.med_type.startsWith(EMERGENCY_TO_WARD)
  if (event.kind === 'admission') {
    const code = event.dscg_maindiag_code
    const isBirth = entry.med_class === 'MAT_IPT' || code.startsWith(BIRTH_CHAPTER)
    const excuse = isSessionCode(code) ? 'session' : isEmergency ? 'emergency' : isBirth ? 'birth' : ''
    return { ...word, category: icdCategory(code), excuse }
  }
  const category = mainCategory(event)
  const isBirth = event.med_class === 'MAT_IPT' || category.startsWith(BIRTH_CHAPTER)
  const isSession = isTherapySession(event) || hasDialysis(event)
  const mean = event.drg_code ? reference.find('drg', event.drg_code, event.begntime ?? at, event)?.row.mean_cost : undefined
  return {
    ...word,
    ...{ category, drg_code: event.drg_code, doctor: event.chfpdr_code, total: event.medfee_sumamt },
    excuse: isSession ? 'session' : isEmergency ? 'emergency' : isBirth ? 'birth' : '',
    standard: typeof mean === 'number' && mean > 0 ? Math.round(mean * 100) : null,
  }
}

/** A settlement knows the diagnosis better than the admission. */
function assembled(stay: Stay, words: readonly Word[]): Assembled {
  const own = words.filter(({ mdtrt_id }) => mdtrt_id === stay.mdtrt_id)
  const settled = own.filter(({ source }) => source === 'settlement')
  const last = settled.findLast(({ category }) => category !== '')
  const [admission] = own.filter(({ source }) => source === 'admission')
  return {
    ...stay,
    category: (last ?? admission)?.category ?? '',
    drg_code: settled.findLast((word) => word.drg_code !== '')?.drg_code ?? '',
    doctor: settled.at(-1)?.doctor ?? '',
    excuses: own.map(({ excuse }) => excuse),
    total: settled.reduce((sum, word) => sum + word.total, 0),
    standard: settled.at(-1)?.standard ?? null,
  }
}

/** Major diagnostic category: the first letter of a payment group. */
function sameIllness(earlier: Assembled, later: Assembled): Evidence['same'] | undefined {
  if (earlier.category !== '' && earlier.category === later.category) return 'category'
  const mdc = earlier.drg_code[0]
  return mdc !== undefined && mdc === later.drg_code[0] ? 'mdc' : undefined
}

/** A cycle, an emergency or a birth; two day surgeries were planned apart. */
function isExcused(earlier: Assembled, later: Assembled): boolean {
  if (earlier.excuses.includes('session') || later.excuses.includes('session')) return true
  if (later.excuses.includes('emergency') || later.excuses.includes('birth')) return true
  return earlier.med_class === 'DAYSURG' && later.med_class === 'DAYSURG'
}

function gapOf(earlier: Stay, later: Stay): number {
  return earlier.endtime === undefined ? Number.NaN : dayOf(later.begntime) - dayOf(earlier.endtime)
}

/** The last stay there that ended so few days before, for the same illness. */
function continued(stays: readonly Assembled[], later: Assembled, { gap_days }: Params): Assembled | undefined {
  const candidates = stays.filter((earlier) => {
    if (earlier.mdtrt_id === later.mdtrt_id || earlier.fixmedins_code !== later.fixmedins_code) return false
    const gap = gapOf(earlier, later)
    if (!(gap >= 0 && gap <= gap_days) || earlier.begntime >= later.begntime) return false
    return sameIllness(earlier, later) !== undefined && !isExcused(earlier, later)
  })
  return candidates.reduce<Assembled | undefined>(
    (last, stay) => (last && last.endtime! >= stay.endtime! ? last : stay),
    undefined,
  )
}

function sideOf({ mdtrt_id, begntime, endtime, category, drg_code, doctor, total, fund }: Assembled): Side {
  return {
    ...{ mdtrt_id, begntime: formatInstant(begntime), endtime: endtime === undefined ? null : formatInstant(endtime) },
    ...{ category, drg_code, doctor, medfee: yuan(total), fund: yuan(fund) },
  }
}

function findingOn(
  psn_no: string,
  earlier: Assembled,
  later: Assembled,
  words: readonly Word[],
  params: Params,
): Finding<Evidence> {
  const gap_days = gapOf(earlier, later)
  const isCore = gap_days <= params.core_days
  const named = new Set([...earlier.setl_ids, ...later.setl_ids])
  const { standard, total } = earlier
  const { fixmedins_code, admdvs, insu_admdvs } = later
  return {
    subject: { type: 'person', id: psn_no },
    bucket: later.mdtrt_id,
    result: 'suspicion',
    severity: isCore ? 2 : 3,
    vola_amt: later.fund,
    setl_ids: words.filter(({ id }) => named.has(id)).map(({ id }) => id),
    lines: [],
    at: later.begntime,
    ...{ psn_no, fixmedins_code, admdvs, insu_admdvs },
    evidence: {
      fixmedins_code,
      earlier: sideOf(earlier),
      later: sideOf(later),
      gap_days,
      same: sameIllness(earlier, later)!,
      zone: isCore ? 'core' : 'watch',
      same_doctor: earlier.doctor !== '' && earlier.doctor === later.doctor,
      near_standard: standard !== null && Math.abs(total - standard) <= params.near_standard * standard,
      vola_amt: yuan(later.fund),
    },
  }
}

/** MGT-05 分解住院: sent home and taken in again for the same illness, so that one stay is paid twice. */
export default defineDetector<Evidence, Params>({
  id: 'MGT-05',
  version: 6,
  title: { zh: '分解住院', en: 'Split hospitalisation' },
  category: 'MGT',
  result: 'suspicion',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '38(一)' }],
  stages: ['mid', 'post'],
  behaviour: '分解住院',
  params: {
    gap_days: byDefault(15, 'calendar days from the discharge to the next admission, at most; provinces use 7 to 31'),
    core_days: byDefault(7, 'the core zone, at most; beyond it the watch zone'),
    near_standard: byDefault(0.05, 'share of the case payment within which the earlier stay cost just as much'),
  },
  parts: [
    windowRule<Visit | Admission | Discharge, Word, Evidence, Params>({
      on: ['settlement', 'admission', 'discharge'],
      space: 'person',
      root: (event) => event.psn_no,
      concerns: (event) => event.kind !== 'settlement' || isInpatient(event.med_class),
      form: FORM,
      // Longer than the card's 60 days: a long second stay may be told of only when it is settled.
      keep: STAY_MEMORY,
      remember: wordOf,
      partly: lacksBegin,
      judge(words, { root, params }: Context<Params>) {
        const told = toldOf(words)
        if (told.size < 2) return { holds: NOTHING_HOLDS, keep: keepStays(told) }
        const stays = staysOf(words).map((stay) => assembled(stay, words))
        const held = new Set<string>()
        const holds = stays.flatMap((later) => {
          const near = stays.filter(({ mdtrt_id }) => isNear(told.get(mdtrt_id)!, told.get(later.mdtrt_id)!))
          const earlier = continued(near, later, params)
          if (!earlier || isOfTumourCycle(later, near)) return []
          for (const { mdtrt_id } of [earlier, later]) held.add(mdtrt_id)
          return [findingOn(root, earlier, later, words, params)]
        })
        return { holds, keep: keepStays(told, held) }
      },
    }),
  ],
  explain({ fixmedins_code, earlier, later, gap_days, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    const [left, came] = [(earlier.endtime ?? '').slice(0, 10), later.begntime.slice(0, 10)]
    const illness = later.category || later.drg_code || earlier.category
    return language === 'zh'
      ? `${left}出院${gap_days === 0 ? '当天' : `后${gap_days}天`}（${came}）因${illness}再入${fixmedins_code}，第二次住院基金${amount}元。`
      : `Discharged on ${left} and admitted to ${fixmedins_code} again ${gap_days === 0 ? 'on the same day' : `${counted(gap_days, 'day')} later`} (${came}) for ${illness}; the fund paid ${amount} yuan for the second stay.`
  },
  example: {
    fixmedins_code: 'H99010100001',
    earlier: {
      ...{ mdtrt_id: 'M1', begntime: '2026-03-01T09:00:00+08:00', endtime: '2026-03-05T10:00:00+08:00' },
      ...{ category: 'I63', drg_code: 'BR23', doctor: 'D990101800101', medfee: 8200, fund: 5740 },
    },
    later: {
      ...{ mdtrt_id: 'M2', begntime: '2026-03-08T09:00:00+08:00', endtime: '2026-03-14T10:00:00+08:00' },
      ...{ category: 'I63', drg_code: 'BR23', doctor: 'D990101800101', medfee: 9100, fund: 6370 },
    },
    ...{ gap_days: 3, same: 'category', zone: 'core', same_doctor: true, near_standard: false },
    vola_amt: 6370,
  },
})
