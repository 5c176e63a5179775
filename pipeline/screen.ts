import { yuan } from '../schemas/money.ts'
import type { Engine } from './engine/engine.ts'

/** One finding in the vocabulary of the official in-line audit call 3101 (data standard 1.8). */
export interface ScreenResult {
  readonly rule_id: string
  readonly rule_name: string
  readonly vola_cont: string
  readonly patn_id: string
  readonly mdtrt_id: string
  readonly vola_amt: number
  readonly sev_deg: number
  readonly result_type: string
  readonly vola_evid: string
  readonly vola_bhvr_type: string
  readonly judge_result_detail_dtos: readonly { feedetl_sn: string; vola_item_type: 1 | 2; vola_amt: number }[]
}

/** What would be found if this draft were settled now. Changes nothing. */
export function screenReply(engine: Engine, draft: Record<string, unknown>): { setl_id: unknown; results: ScreenResult[] } {
  const setl_id = draft.setl_id || 'DRAFT'
  const said = engine.screen({ ...draft, setl_id, kind: 'settlement' })
  const results = said.map(({ detector, finding }) => ({
    rule_id: detector.id,
    rule_name: detector.title.zh,
    vola_cont: detector.explain(finding.evidence, 'zh'),
    patn_id: finding.psn_no,
    mdtrt_id: typeof draft.mdtrt_id === 'string' ? draft.mdtrt_id : '',
    vola_amt: yuan(finding.vola_amt),
    sev_deg: finding.severity,
    result_type: finding.result,
    vola_evid: detector.basis.map(({ law, article }) => `${law} ${article}`).join('; '),
    vola_bhvr_type: detector.behaviour,
    judge_result_detail_dtos: finding.lines
      .filter((line) => line.setl_id === setl_id)
      .map(({ feedetl_sn, vola_item_type, vola_amt }) => ({ feedetl_sn, vola_item_type, vola_amt: yuan(vola_amt) })),
  }))
  return { setl_id: draft.setl_id ?? null, results }
}
