import { isInpatient } from '../../schemas/med-class.ts'
import { type Fen, fenOf, yuan } from '../../schemas/money.ts'
import type { Instant } from '../../schemas/time.ts'
import { type Context, defineDetector, type Finding, type Form, type Visit } from '../detector.ts'
import { byPrefix } from '../kit/by-prefix.ts'
import { monthsAfter } from '../kit/calendar.ts'
import { isSupported, supportIn, supportOf } from '../kit/diagnosis-support.ts'
import { isWestern } from '../kit/icd.ts'
import { mainDiagnosis } from '../kit/main-diagnosis.ts'
import { packHead, unpackHead } from '../kit/packed.ts'
import { keepVisit } from '../kit/partners.ts'
import { type Compared, peersParts, type SaidOfMonth, type Spreads, spreads } from '../kit/peers.ts'
import { type Remembered, remembered, restingOn, visitOf } from '../kit/remembered.ts'
import { upperBound } from '../kit/robust.ts'
import { namesFoundIn, type UsualSupport, usualOf } from '../kit/usual-support.ts'
import { NOTHING_HOLDS, together, windowRule } from '../kit/window.ts'
import { byDefault } from '../params.ts'
import type { ReferenceView } from '../reference.ts'

/** A payment group with what it weighs and pays. */
interface Group {
  readonly code: string
  readonly weight: number
  readonly standard: Fen
}

interface Complication {
  readonly diagnosis: string
  readonly level: 'CC' | 'MCC'
  /** Of which at least one thing should have been charged; `null` where no row says. */
  readonly expected: readonly string[] | null
}

interface Coded extends Remembered {
  readonly mid: boolean
  readonly coded: Group | null
  /** The next lower group of the same ADRG. */
  readonly lower: Group | null
  /** The diagnoses that may have raised the group. */
  readonly complications: readonly Complication[]
  readonly found: readonly string[]
}

const FORM: Form<Coded> = {
  pack(told) {
    const { mid, coded, lower, complications, found } = told
    const packed = complications.map(({ diagnosis, level, expected }) => [diagnosis, level, expected])
    return [...packHead(told), mid ? 1 : 0, coded, lower, packed, found]
  },
  unpack(packed) {
    const [, , , mid, coded, lower, complications, found] = packed
    const unpackOne = ([diagnosis, level, expected]: [string, 'CC' | 'MCC', string[] | null]): Complication => {
      return { diagnosis, level, expected }
    }
    return { mid: mid === 1, coded, lower, complications: complications.map(unpackOne), found, ...unpackHead(packed) }
  },
}

interface Evidence {
  readonly kind: 'visit' | 'mcc_share' | 'case_mix'
  /** The group as coded; the ADRG or empty where an institution's month is judged. */
  readonly drg_code: string
  readonly expected_drg: string
  /** Weight of the group, share of stays with MCC, or case-mix index; and what it is compared with. */
  readonly value: number
  readonly compared_with: number
  /** Complications that nothing charged speaks for, with what should have been charged. */
  readonly unsupported: readonly { readonly diag_code: string; readonly level: string; readonly missing: readonly string[] }[]
  /** Of an institution, oldest first. */
  readonly months: readonly { readonly month: string; readonly value: number }[]
  readonly loss: number
}

interface Params {
  readonly weight_ratio: number
  readonly mads: number
  readonly months: number
  readonly case_mix_jump: number
  readonly case_mix_errors: number
  readonly least_stays: number
  readonly least_group_stays: number
  readonly least_peers: number
  readonly usual: readonly UsualSupport[]
}

/** A group is its ADRG and a digit for complications: 1 with MCC, 3 with CC, 5 without, others where they do not tell. */
const ADRG = 3
const WITH_MCC = '1'
const DIGITS = '0123456789'
/** What follows them is the region's own. */
const GROUP = ADRG + 1
/** Weights carry four decimals; sums of whole numbers do not depend on their order. */
const WEIGHT_SCALE = 1e4

function groupOf(code: string, at: Instant, visit: Visit, reference: ReferenceView): Group | undefined {
  const row = reference.find('drg', code, at, visit)?.row
  return row?.weight ? { code, weight: row.weight, standard: row.mean_cost ? fenOf(row.mean_cost) : 0 } : undefined
}

function nextLower(coded: Group, at: Instant, visit: Visit, reference: ReferenceView): Group | undefined {
  const [adrg, local] = [coded.code.slice(0, ADRG), coded.code.slice(GROUP)]
  const others = [...DIGITS].flatMap((digit) => groupOf(adrg + digit + local, at, visit, reference) ?? [])
  const lower = others.filter(({ weight }) => weight < coded.weight)
  return lower.reduce<Group | undefined>((best, one) => (best && best.weight >= one.weight ? best : one), undefined)
}

/** What speaks for a diagnosis: as its row says, else by the names that everybody knows; `null` where nobody can say. */
function expectedOf(
  diagnosis: string,
  at: Instant,
  visit: Visit,
  { params, reference }: Context<Params>,
): Complication['expected'] {
  const told = supportOf(diagnosis, at, visit, reference)
  if (told) return told
  const usual = usualOf(diagnosis, params.usual)
  return usual && namesFoundIn(visit, usual) ? [...usual.names, ...usual.classes] : null
}

/** All that the visit shows of what may be expected of it. */
function foundIn(visit: Visit, complications: readonly Complication[], { params }: Context<Params>): string[] {
  const usual = complications.flatMap(({ diagnosis }) => usualOf(diagnosis, params.usual) ?? [])
  return [...supportIn(visit), ...usual.flatMap((one) => namesFoundIn(visit, one) ?? [])]
}

function complicationsOf(visit: Visit, at: Instant, context: Context<Params>): Complication[] {
  const { params, reference } = context
  const main = mainDiagnosis(visit)
  const secondary = visit.diseinfo.filter(isWestern).filter(({ diag_code }) => diag_code !== main)
  return [...new Set(secondary.map(({ diag_code }) => diag_code))].flatMap((diagnosis) => {
    const rows = byPrefix(reference, 'code_cc', diagnosis, at, visit)
    const [row] = rows.map((known) => known.row).filter(({ excluded }) => !excluded?.some((prefix) => main.startsWith(prefix)))
    const level = row ? (row.severity ?? 'CC') : rows.length === 0 && usualOf(diagnosis, params.usual) ? 'MCC' : undefined
    return level ? [{ diagnosis, level, expected: expectedOf(diagnosis, at, visit, context) }] : []
  })
}

function codedOf(visit: Visit, context: Context<Params>): Coded | 'REFERENCE_MISSING' | undefined {
  const { reference } = context
  const at = visit.begntime ?? visit.setl_time
  const mid = visit.mid_setl_flag === '1'
  const coded = mid ? undefined : groupOf(visit.drg_code, at, visit, reference)
  if (!mid && !coded) return 'REFERENCE_MISSING'
  const lower = coded && nextLower(coded, at, visit, reference)
  if (!mid && !lower) return undefined
  const complications = lower ? complicationsOf(visit, at, context) : []
  // Which diagnosis raised the group is not known.
  if (!mid && complications.length === 0) return 'REFERENCE_MISSING'
  const found = foundIn(visit, complications, context)
  return { mid, coded: coded ?? null, lower: lower ?? null, complications, found, ...remembered(visit) }
}

/** The complications of the level that the group stands for. */
function responsible({ coded, complications }: Coded): readonly Complication[] {
  const major = complications.filter(({ level }) => level === 'MCC')
  return coded!.code.charAt(ADRG) === WITH_MCC && major.length > 0 ? major : complications
}

function visitFinding(psn_no: string, told: readonly Coded[], { weight_ratio }: Params): Finding<Evidence> | undefined {
  const final = told.findLast(({ mid }) => !mid)
  if (!final?.coded || !final.lower) return undefined
  const { coded, lower } = final
  // Weights carry four decimals, and 1.2 times one is often a hair more than it should be.
  if (rounded(coded.weight) < rounded(weight_ratio * lower.weight)) return undefined
  const found = new Set(told.flatMap((one) => one.found))
  const raising = responsible(final)
  // One that is treated, or of which nobody says how it would show, carries the group.
  if (raising.some(({ expected }) => expected === null || isSupported(expected, found))) return undefined
  const loss = Math.max(0, coded.standard - lower.standard)
  return {
    subject: { type: 'settlement', id: final.id },
    bucket: '',
    result: 'suspicion',
    severity: 2,
    vola_amt: loss,
    lines: [],
    ...restingOn(psn_no, told),
    evidence: {
      kind: 'visit',
      drg_code: coded.code,
      expected_drg: lower.code,
      value: coded.weight,
      compared_with: lower.weight,
      unsupported: raising.map(({ diagnosis, level, expected }) => ({ diag_code: diagnosis, level, missing: expected! })),
      months: [],
      loss: yuan(loss),
    },
  }
}

interface Tally {
  stays: number
  /** Sum of weights, in ten-thousandths. */
  weight: number
  /** Sum of their squares. */
  squares: number
  /** Stays and those with MCC, by ADRG. */
  readonly groups: Record<string, [stays: number, mcc: number]>
}

function isGrouped(visit: Visit): boolean {
  return isInpatient(visit.med_class) && visit.mid_setl_flag !== '1' && visit.drg_code.length > ADRG
}

function isWithMcc({ drg_code }: Visit): boolean {
  return drg_code.charAt(ADRG) === WITH_MCC
}

function countStay(tally: Tally, visit: Visit, sign: 1 | -1, { reference }: Context<Params>): void {
  const weight = reference.find('drg', visit.drg_code, visit.begntime ?? visit.setl_time, visit)?.row.weight
  if (weight) {
    tally.stays += sign
    const scaled = Math.round(weight * WEIGHT_SCALE)
    tally.weight += sign * scaled
    tally.squares += sign * scaled * scaled
  }
  const adrg = visit.drg_code.slice(0, ADRG)
  const [stays, mcc] = tally.groups[adrg] ?? [0, 0]
  if (stays + sign <= 0) delete tally.groups[adrg]
  else tally.groups[adrg] = [stays + sign, mcc + (isWithMcc(visit) ? sign : 0)]
}

const CASE_MIX = 'case-mix'
/** Square of the error that chance leaves in it. */
const CASE_MIX_ERROR = 'case-mix-error'

function caseMixOf({ stays, weight, squares }: Tally): [string, number][] {
  const mean = weight / stays
  const error = (squares / stays - mean * mean) / Math.max(1, stays - 1)
  return [
    [CASE_MIX, mean / WEIGHT_SCALE],
    [CASE_MIX_ERROR, Math.max(0, error) / WEIGHT_SCALE ** 2],
  ]
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4
}

function judgeMonth({ month, measures, peers, before }: Compared<Tally, Spreads>, params: Params): SaidOfMonth<Evidence>[] {
  const said: SaidOfMonth<Evidence>[] = []
  const say = (name: string, kind: Evidence['kind'], compared_with: number, months: Evidence['months']) =>
    said.push({
      ...{ bucket: `${month}|${name}`, result: 'suspicion', severity: 2, vola_amt: 0, count: 1 },
      evidence: {
        ...{ kind, drg_code: kind === 'mcc_share' ? name : '', expected_drg: '' },
        ...{ value: rounded(measures[name]!), compared_with: rounded(compared_with) },
        ...{ unsupported: [], months: months.map((one) => ({ month: one.month, value: rounded(one.value) })), loss: 0 },
      },
    })
  const of = (name: string, count: number) => {
    const known = before.filter((one) => one.month >= monthsAfter(month, 1 - count))
    const all = [...known, { month, measures }].flatMap((one) => {
      const value = one.measures[name]
      return value === undefined ? [] : [{ month: one.month, value }]
    })
    return all.length === count ? all : []
  }
  for (const name of Object.keys(measures)) {
    if (name === CASE_MIX || name === CASE_MIX_ERROR) continue
    const spread = peers[name]!
    if (spread.n < params.least_peers) continue
    // Months before are held against the peers of this one: their own are not handed on.
    const bound = upperBound(spread, params.mads)
    const months = of(name, params.months)
    if (months.length > 0 && months.every(({ value }) => value > bound)) say(name, 'mcc_share', bound, months)
  }
  const [earlier, now] = CASE_MIX in measures ? of(CASE_MIX, 2) : []
  const errors = CASE_MIX in measures ? of(CASE_MIX_ERROR, 2) : []
  if (earlier && now && now.value > earlier.value * (1 + params.case_mix_jump)) {
    const chance = Math.sqrt(errors.reduce((sum, { value }) => sum + value, 0))
    if (now.value - earlier.value > params.case_mix_errors * chance) say(CASE_MIX, 'case_mix', earlier.value, [earlier, now])
  }
  return said
}

/** MED-09 高套编码: a stay in a dearer group than what was done for it allows, and institutions where that is the custom. */
export default defineDetector<Evidence, Params>({
  id: 'MED-09',
  version: 4,
  title: { zh: '高套编码', en: 'DRG up-coding' },
  category: 'MED',
  result: 'suspicion',
  basis: [
    { law: '医疗保障基金使用监督管理条例', article: '38(七)' },
    { law: '医疗保障基金使用监督管理条例实施细则', article: '35' },
  ],
  stages: ['post'],
  behaviour: '高套病种编码',
  params: {
    weight_ratio: byDefault(1.2, 'weight of the group over that of the next lower one'),
    mads: byDefault(3, 'median absolute deviations of the peers'),
    months: byDefault(3, 'months in a row with a share of MCC above the peers'),
    case_mix_jump: byDefault(0.15, 'growth of the case-mix index in a month'),
    case_mix_errors: byDefault(2, 'and more than so many standard errors of the difference between the two months'),
    least_stays: byDefault(30, 'stays of a month for a case-mix index'),
    least_group_stays: byDefault(10, 'stays of a month in an ADRG for a share'),
    least_peers: byDefault(3, 'institutions of the same kind, level and specialty, itself among them'),
    usual: byDefault(
      [
        { diagnosis: 'J96', names: ['呼吸机', '通气', '氧', '血气'], classes: [] },
        { diagnosis: 'A40', names: ['培养'], classes: ['J01'] },
        { diagnosis: 'A41', names: ['培养'], classes: ['J01'] },
      ],
      'respiratory failure and sepsis, where no row says how they show: by names of items and classes of drugs',
    ),
  },
  parts: [
    windowRule<Visit, Coded, Evidence, Params>({
      name: 'VISIT',
      on: ['settlement'],
      space: 'person',
      root: ({ psn_no }) => psn_no,
      key: visitOf,
      concerns: ({ med_class, drg_code, mid_setl_flag }) => isInpatient(med_class) && (drg_code !== '' || mid_setl_flag === '1'),
      form: FORM,
      keep: keepVisit(true),
      remember: codedOf,
      judge(told, { root, params }) {
        const finding = visitFinding(root, told, params)
        return { holds: finding ? [finding] : NOTHING_HOLDS, keep: together(told, keepVisit(true)) }
      },
    }),
    ...peersParts<Visit, Tally, Spreads, Evidence, Params>({
      topic: 'MED-09',
      partialMonths: true,
      name: 'INST',
      on: ['settlement'],
      root: ({ fixmedins_code }) => fixmedins_code,
      at: ({ setl_time }) => setl_time,
      concerns: isGrouped,
      initial: () => ({ stays: 0, weight: 0, squares: 0, groups: {} }),
      count: countStay,
      named: (visit) => (isWithMcc(visit) ? { id: visit.setl_id, at: visit.setl_time } : undefined),
      measures(tally, { params }) {
        const { stays, groups } = tally
        const shares = Object.entries(groups).flatMap(([adrg, [all, mcc]]) =>
          all >= params.least_group_stays ? [[adrg, mcc / all] as const] : [],
        )
        const index = stays >= params.least_stays ? caseMixOf(tally) : []
        const measures = [...shares, ...index]
        return measures.length > 0 ? Object.fromEntries(measures) : undefined
      },
      gather: spreads,
      before: 2,
      judge: (compared, { params }) => judgeMonth(compared, params),
    }),
  ],
  explain({ kind, drg_code, expected_drg, value, compared_with, unsupported, months, loss }, language) {
    if (kind === 'visit') {
      const codes = unsupported.map(({ diag_code }) => diag_code).join('、')
      return language === 'zh'
        ? `入组${drg_code}(权重${value})，${codes}无支持收费，应入${expected_drg}(${compared_with})，差额${loss}元。`
        : `Coded to ${drg_code} (weight ${value}), but nothing charged speaks for ${codes}: ${expected_drg} (${compared_with}) would pay ${loss} yuan less.`
    }
    if (kind === 'mcc_share')
      return language === 'zh'
        ? `${drg_code}组伴严重并发症占比${value}，连续${months.length}个月高于同级${compared_with}。`
        : `In ${drg_code} the share of stays with MCC is ${value}, for ${months.length} months above the peers' ${compared_with}.`
    return language === 'zh'
      ? `病例组合指数由${compared_with}升至${value}，单月增幅异常。`
      : `The case-mix index rose from ${compared_with} to ${value} within a month.`
  },
  example: {
    ...{ kind: 'visit', drg_code: 'ES31', expected_drg: 'ES33', value: 1.32, compared_with: 0.96 },
    unsupported: [{ diag_code: 'J96.900', level: 'MCC', missing: ['003106030010000'] }],
    months: [],
    loss: 4200,
  },
})
