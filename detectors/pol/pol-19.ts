import type { FeeLine } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { type Fen, formatYuan, shareOf, yuan } from '../../schemas/money.ts'
import type { ReferenceRow } from '../../schemas/reference.ts'
import { type Day, dayOf, formatDay, HOUR, type Instant, startOfDay } from '../../schemas/time.ts'
import {
  type Context,
  defineDetector,
  type Finding,
  type Form,
  type Part,
  type Step,
  UNCHANGED,
  type Visit,
} from '../detector.ts'
import { chargedLines } from '../kit/charged-lines.ts'
import { inPolicy, violating } from '../kit/finding.ts'
import { addHit, removeHit } from '../kit/first-hits.ts'
import { itemOf } from '../kit/item-of.ts'
import { packTime, unpackTime } from '../kit/packed.ts'
import type { Entry } from '../kit/window.ts'
import { byDefault } from '../params.ts'
import type { ReferenceView } from '../reference.ts'

interface Missing {
  readonly sn: string
  readonly code: string
  readonly expected: number
  readonly received: number
  readonly amount: Fen
}

/** One settlement with at least one line that lacks codes. */
interface Hit extends Entry {
  readonly admdvs: string
  readonly lines: readonly Missing[]
}

/** One institution's day. It owns its memory and changes it in place. */
interface InstitutionDay {
  readonly day: Day
  /** Drug lines that need codes. */
  drugs: number
  /** Settlements that lack some, their lines, and the amount of these: all of them, of which only the first are named. */
  settlements: number
  lines: number
  amount: Fen
  readonly hits: Hit[]
}

type PackedHit = readonly [
  ...[id: string, at: number, admdvs: string],
  ...lines: readonly [sn: string, code: string, expected: number, received: number, amount: Fen][],
]

const FORM: Form<InstitutionDay> = {
  pack({ day, drugs, settlements, lines, amount, hits }) {
    if (settlements === 0) return [day, drugs]
    const packed = hits.map(({ id, at, admdvs, lines }) => {
      return [id, packTime(at), admdvs, ...lines.map((line) => [line.sn, line.code, line.expected, line.received, line.amount])]
    })
    return [day, drugs, settlements, lines, amount, ...packed]
  },
  unpack([day, drugs, settlements = 0, lines = 0, amount = 0, ...hits]: PackedDay) {
    return { day, drugs, settlements, lines, amount, hits: hits.map(unpackHit) }
  },
}

type PackedDay = readonly [day: Day, drugs: number, settlements?: number, lines?: number, amount?: Fen, ...hits: PackedHit[]]

function unpackHit([id, at, admdvs, ...lines]: PackedHit): Hit {
  const unpacked = lines.map(([sn, code, expected, received, amount]) => ({ sn, code, expected, received, amount }))
  return { id, at: unpackTime(at), admdvs, lines: unpacked }
}

function emptyDay(day: Day = 0): InstitutionDay {
  return { day, drugs: 0, settlements: 0, lines: 0, amount: 0, hits: [] }
}

interface Evidence {
  readonly day: string
  readonly missing_lines: number
  readonly settlements: number
  /** Drug lines of the day that need codes, and the share that lacks them; `null` until the day is over. */
  readonly drug_lines: number | null
  readonly missing_share: number | null
  readonly lines: readonly {
    readonly setl_id: string
    readonly feedetl_sn: string
    readonly med_list_codg: string
    readonly codes_expected: number
    readonly codes_received: number
  }[]
  readonly vola_amt: number
}

interface Params {
  readonly required: boolean
  readonly share: number
}

type Item = ReferenceRow<'item'> | undefined

/** What is counted one by one lies in a package, and codes are on packages. */
const SINGLE_UNITS = new Set(['片', '粒', '丸', '支', '袋', '贴', '枚', '包'])

/** 西药中成药; not slices, 自制剂 or 民族药, and not granules. */
function carriesCodes(line: FeeLine, item: Item): boolean {
  const list = line.list_type || item?.list_type || (/^[XZ]/.test(line.med_list_codg) ? '101' : '')
  return list === '101' && !item?.tags?.includes('granule')
}

/** Wards give out of opened packages, unless the line says that a whole one was given. */
function isExempt(visit: Visit, line: FeeLine): boolean {
  return isInpatient(visit.med_class) && line.trdn_flag !== '0'
}

function mayCarryCodes(visit: Visit): boolean {
  return visit.feedetail.some((line, i) => carriesCodes(line, visit.items[i]) && !isExempt(visit, line))
}

/** Packages of which a code must be there: those that are whole, and one where only a part was given. */
function packagesOf({ cnt, trdn_flag }: FeeLine, item: Item, splitByCode: boolean): number {
  if (trdn_flag === '1' || splitByCode) return 1
  const units = SINGLE_UNITS.has(item?.unit ?? '') ? (item?.pack_units ?? 1) : 1
  return Math.max(1, Math.floor(cnt / Math.max(1, units)))
}

/** Bought before codes existed (无码库). */
function isOldStock({ fixmedins_code }: Visit, { med_list_codg, fee_ocur_time }: FeeLine, reference: ReferenceView): boolean {
  return reference.find('no_trace_stock', `${fixmedins_code}:${med_list_codg}`, fee_ocur_time) !== undefined
}

interface Received {
  /** Different codes. */
  readonly codes: number
  /** A code stands for an opened package. */
  readonly split: boolean
}

/** The codes of one line; of `''`: those that name none. */
function receivedFor(sn: string, { drug_trac_info }: Visit): Received {
  let first = ''
  let others: Set<string> | undefined
  let split = false
  for (const { feedetl_sn, drug_trac_codg, trdn_flag } of drug_trac_info) {
    if (feedetl_sn !== sn) continue
    if (trdn_flag === '1') split = true
    if (first === '') first = drug_trac_codg
    else if (drug_trac_codg !== first) others = (others ?? new Set<string>()).add(drug_trac_codg)
  }
  return { codes: first === '' ? 0 : 1 + (others?.size ?? 0), split }
}

interface Look {
  readonly drugs: number
  readonly missing: readonly Missing[]
}

function look(visit: Visit, reference: ReferenceView): Look {
  const charged = chargedLines(visit)
  const missing: Missing[] = []
  let loose: number | undefined
  let drugs = 0
  for (let i = 0; i < charged.length; i++) {
    const line = charged[i]!
    const item = itemOf(visit, charged, i)
    if (!carriesCodes(line, item) || isExempt(visit, line) || isOldStock(visit, line, reference)) continue
    drugs++
    const { feedetl_sn: sn, med_list_codg: code } = line
    const { codes, split } = receivedFor(sn, visit)
    const expected = packagesOf(line, item, split)
    if (codes >= expected) continue
    loose ??= receivedFor('', visit).codes
    const found = Math.min(loose, expected - codes)
    loose -= found
    const [received, lacking] = [codes + found, expected - codes - found]
    if (lacking > 0) missing.push({ sn, code, expected, received, amount: shareOf(inPolicy(line), lacking, expected) })
  }
  return { drugs, missing }
}

/** Inpatient settlements may be three days late, and they count in the day's share. */
const CLOSED_AFTER = 72 * HOUR

function closingOf(day: Day): Instant {
  return startOfDay(day + 1) + CLOSED_AFTER
}

const SHOWN = 50

function linesIn(hits: readonly Hit[]): (Missing & { readonly setl_id: string })[] {
  return hits.flatMap(({ id, lines }) => lines.map((line) => ({ setl_id: id, ...line })))
}

function findingOn(state: InstitutionDay, { root, params, watermark }: Context<Params>): Finding<Evidence> {
  const { drugs, settlements, lines, amount, hits } = state
  const day = formatDay(state.day)
  const isClosed = watermark >= closingOf(state.day)
  const last = hits.at(-1)!
  const share = lines / drugs
  return {
    subject: { type: 'institution', id: root },
    bucket: day,
    result: 'violation',
    severity: isClosed && share > params.share ? 2 : 3,
    vola_amt: amount,
    setl_ids: hits.map(({ id }) => id),
    setl_count: settlements,
    // Where not every line is remembered the settlements stand for them.
    lines:
      settlements > hits.length
        ? []
        : linesIn(hits).map(({ setl_id, sn, amount }) => violating(setl_id, { feedetl_sn: sn }, amount)),
    at: last.at,
    first_seen: hits[0]!.at,
    count: lines,
    psn_no: '',
    fixmedins_code: root,
    admdvs: last.admdvs,
    insu_admdvs: '',
    evidence: {
      day,
      missing_lines: lines,
      settlements,
      drug_lines: isClosed ? drugs : null,
      missing_share: isClosed ? Math.round(share * 10_000) / 10_000 : null,
      lines: linesIn(hits.slice(0, SHOWN))
        .slice(0, SHOWN)
        .map(({ setl_id, sn, code, expected, received }) => ({
          ...{ setl_id, feedetl_sn: sn, med_list_codg: code, codes_expected: expected, codes_received: received },
        })),
      vola_amt: yuan(amount),
    },
  }
}

/** `held`: whether something may have held before this step; what never held need not be said to hold no longer. */
function judged(state: InstitutionDay, context: Context<Params>, held: boolean): Step<InstitutionDay, Evidence> {
  const closing = closingOf(state.day)
  const isHit = state.hits.length > 0
  if (!isHit) return { state, forgetAt: closing, ...(held && { holds: [] }) }
  const wakeAt = context.watermark < closing ? closing : undefined
  return { state, holds: [findingOn(state, context)], wakeAt, forgetAt: closing }
}

const DAY_OF_INSTITUTION: Part<Visit, InstitutionDay, Evidence, Params> = {
  name: '',
  on: ['settlement'],
  space: 'institution',
  root: ({ fixmedins_code }) => fixmedins_code,
  key: ({ setl_time }) => String(dayOf(setl_time)),
  memoryless: false,
  owned: true,
  concerns: (visit, { params }) => params.required && mayCarryCodes(visit),
  form: FORM,
  initial: () => emptyDay(),
  onEvent(known, visit, context) {
    const { drugs, missing } = look(visit, context.reference)
    if (drugs === 0) return UNCHANGED
    const state = known.drugs > 0 ? known : emptyDay(dayOf(visit.setl_time))
    state.drugs += drugs
    if (missing.length === 0) return quiet(state, context)
    addHit(state.hits, { id: visit.setl_id, at: visit.setl_time, admdvs: visit.admdvs, lines: missing })
    count(state, missing, 1)
    return judged(state, context, false)
  },
  onVoid(state, visit, context) {
    if (state.drugs === 0) return UNCHANGED
    const { drugs, missing } = look(visit, context.reference)
    state.drugs = Math.max(0, state.drugs - drugs)
    const held = state.hits.length > 0
    const named = removeHit(state.hits, visit.setl_id)
    if (named) count(state, named.lines, -1)
    else if (missing.length > 0 && state.settlements > state.hits.length) count(state, missing, -1)
    return judged(state, context, held)
  },
  onTime: (state, context) => judged(state, context, false),
}

/** What follows from a settlement that lacks nothing: the day's share changes only what is judged when the day is over. */
function quiet(state: InstitutionDay, { watermark }: Context<Params>): Step<InstitutionDay, never> {
  const forgetAt = closingOf(state.day)
  const wakeAt = state.hits.length > 0 && watermark < forgetAt ? forgetAt : undefined
  return { state, wakeAt, forgetAt }
}

function count(state: InstitutionDay, lines: readonly Missing[], times: 1 | -1): void {
  state.settlements += times
  state.lines += times * lines.length
  state.amount += times * lines.reduce((sum, { amount }) => sum + amount, 0)
}

/** POL-19 无追溯码结算: drugs settled without the codes of their packages. */
export default defineDetector<Evidence, Params>({
  id: 'POL-19',
  version: 2,
  title: { zh: '无追溯码结算', en: 'Settlement without trace codes' },
  category: 'POL',
  result: 'violation',
  basis: [{ law: '医疗保障基金使用监督管理条例', article: '39' }],
  stages: ['pre', 'mid'],
  behaviour: '其他',
  params: {
    required: [
      { value: false, source: 'law' },
      { value: true, source: 'law', since: '2025-07-01', note: 'packages are scanned before the fund settles' },
    ],
    share: byDefault(0.05, 'a day on which more drug lines than this share lack codes is of severity 2'),
  },
  parts: [DAY_OF_INSTITUTION],
  explain({ day, missing_lines, settlements, drug_lines, missing_share, vola_amt }, language) {
    const amount = formatYuan(vola_amt * 100)
    const percent = missing_share === null ? '' : `${Math.round(missing_share * 1000) / 10}%`
    if (language === 'zh')
      return `${day}有${settlements}笔结算的${missing_lines}条药品明细缺追溯码${percent && `，占当日${drug_lines}条的${percent}`}，共${amount}元。`
    return `On ${day} ${missing_lines} drug line(s) in ${settlements} settlement(s) lacked trace codes${percent && `, ${percent} of the day's ${drug_lines}`}: ${amount} yuan.`
  },
  example: {
    ...{ day: '2026-03-02', missing_lines: 2, settlements: 1, drug_lines: 30, missing_share: 0.0667 },
    lines: [
      { setl_id: 'S1', feedetl_sn: '1', med_list_codg: 'XJ01CAA040E001010100001', codes_expected: 2, codes_received: 0 },
      { setl_id: 'S1', feedetl_sn: '2', med_list_codg: 'XA02BCA026E001010100002', codes_expected: 2, codes_received: 1 },
    ],
    vola_amt: 44.5,
  },
})
