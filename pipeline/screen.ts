import type { Detector, Finding } from '../detectors/detector.ts'
import { FundwatchError } from '../schemas/errors.ts'
import { yuan } from '../schemas/money.ts'
import { formatInstant } from '../schemas/time.ts'
import { type Draft, draftsOfCall, isCall } from './draft.ts'
import type { Engine } from './engine/engine.ts'
import { alertId } from './shard/alerts.ts'

/** One finding in the vocabulary of the official in-line audit call 3101 (data standard 1.8). */
export interface ScreenResult {
  /** The id of the alert that would be raised. */
  readonly jr_id: string
  readonly rule_id: string
  readonly rule_name: string
  readonly vola_cont: string
  readonly patn_id: string
  readonly mdtrt_id: string
  readonly judge_result_detail_dtos: readonly ScreenDetail[]
  readonly vola_amt: number
  /** `1` where an amount is told, `0` where none is. */
  readonly vola_amt_stas: '0' | '1'
  readonly sev_deg: number
  readonly result_type: string
  readonly vola_evid: string
  readonly vola_bhvr_type: string
  readonly task_id: string
}

interface ScreenDetail {
  readonly jrd_id: string
  readonly patn_id: string
  readonly mdtrt_id: string
  /** The line, under the call's name and under ours. */
  readonly rx_id: string
  readonly feedetl_sn: string
  readonly vola_item_type: 1 | 2
  readonly vola_amt: number
}

/** A check that could not be made. */
interface ScreenSkip {
  readonly rule_id: string
  readonly reason: string
}

export interface ScreenReply {
  readonly setl_id: unknown
  readonly results: readonly ScreenResult[]
  readonly skipped: readonly ScreenSkip[]
  /** Checks for which another slice must be asked. */
  readonly elsewhere?: readonly { readonly rule_id: string; readonly slice: number }[]
}

/**
 * What would be found if this draft were settled now. Changes nothing. The draft is a settlement of the contract, which
 * needs neither `setl_id` nor `setl_time` yet, or the input of call 3101.
 */
export function screenReply(engine: Engine, body: unknown): ScreenReply {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new FundwatchError('TYPE_INVALID', 'The draft is no JSON object.')
  }
  const given = body as Draft
  const call = isCall(given)
  const { drafts, rule_ids, task_id } = call ? draftsOfCall(given) : { drafts: [given], rule_ids: undefined, task_id: '' }
  const told = drafts.map((draft) => reply(engine, draft, task_id))
  const replies = call ? told.map((one, i) => withoutUntold(one, drafts[i]!)) : told
  const isAsked = ({ rule_id }: { rule_id: string }) => !rule_ids || rule_ids.includes(rule_id)
  return {
    setl_id: given.setl_id ?? null,
    results: replies.flatMap(({ results }) => results.filter(isAsked)),
    skipped: replies.flatMap(({ skipped }) => skipped.filter(isAsked)),
    ...(engine.isSlice && { elsewhere: replies.flatMap(({ elsewhere = [] }) => elsewhere.filter(isAsked)) }),
  }
}

function reply(engine: Engine, draft: Draft, task_id: string): Omit<ScreenReply, 'setl_id'> {
  if (draft.kind && draft.kind !== 'settlement')
    throw new FundwatchError('KIND_UNKNOWN', `kind: a draft is a settlement, not ${textOf(draft.kind)}`)
  // Results are told apart by the settlement that they would belong to.
  const setl_id = textOf(draft.setl_id) || ['DRAFT', textOf(draft.mdtrt_id)].filter(Boolean).join('-')
  const setl_time = draft.setl_time || formatInstant(engine.now())
  const { said, skipped, elsewhere } = engine.screen({ ...draft, setl_id, setl_time, kind: 'settlement' })
  const place = { setl_id, patient: textOf(draft.psn_no), mdtrt_id: textOf(draft.mdtrt_id), task_id }
  return {
    results: said.map(({ detector, finding }) => resultOf(detector, finding, place)),
    skipped: skipped.map(({ detector, reason }) => ({ rule_id: detector.id, reason })),
    elsewhere: elsewhere.map(({ detector, slice }) => ({ rule_id: detector.id, slice })),
  }
}

/**
 * POL-19 concludes from trace codes that are not there. Call 3101 is made when something is ordered, before any package is
 * scanned, and has no room for codes: their absence says nothing there.
 */
function withoutUntold(told: Omit<ScreenReply, 'setl_id'>, { drug_trac_info }: Draft): Omit<ScreenReply, 'setl_id'> {
  if (Array.isArray(drug_trac_info)) return told
  const concluded = told.results.filter(({ rule_id }) => rule_id === UNTRACED)
  return {
    ...told,
    results: told.results.filter(({ rule_id }) => rule_id !== UNTRACED),
    skipped: [...told.skipped, ...concluded.map(({ rule_id }) => ({ rule_id, reason: 'INPUT_MISSING' }))],
  }
}

const UNTRACED = 'POL-19'

interface Place {
  readonly setl_id: string
  readonly patient: string
  readonly mdtrt_id: string
  readonly task_id: string
}

function resultOf(detector: Detector, finding: Finding, { setl_id, patient, mdtrt_id, task_id }: Place): ScreenResult {
  const jr_id = alertId(detector, finding)
  // What concerns an institution, too, is said of the patient whose draft it is.
  const patn_id = finding.psn_no || patient
  const lines = finding.lines.filter((line) => line.setl_id === setl_id)
  return {
    jr_id,
    rule_id: detector.id,
    rule_name: detector.title.zh,
    vola_cont: detector.explain(finding.evidence, 'zh'),
    patn_id,
    mdtrt_id,
    judge_result_detail_dtos: lines.map(({ feedetl_sn, vola_item_type, vola_amt }, i) => ({
      ...{ jrd_id: `${jr_id}-${i + 1}`, patn_id, mdtrt_id, rx_id: feedetl_sn, feedetl_sn, vola_item_type },
      vola_amt: yuan(vola_amt),
    })),
    vola_amt: yuan(finding.vola_amt),
    vola_amt_stas: finding.vola_amt > 0 ? '1' : '0',
    sev_deg: finding.severity,
    result_type: finding.result,
    vola_evid: detector.basis.map(({ law, article }) => `${law} ${article}`).join('; '),
    vola_bhvr_type: detector.behaviour,
    task_id,
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
