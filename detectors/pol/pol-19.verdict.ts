import { yuan } from '../../schemas/money.ts'
import { type Day, formatDay, HOUR, type Instant, startOfDay } from '../../schemas/time.ts'
import type { Context, Finding } from '../detector.ts'
import { violating } from '../kit/bills/finding.ts'
import type { Evidence, Hit, InstitutionDay, Missing, Params } from './pol-19.terms.ts'

/** Inpatient settlements may be three days late, and they count in the day's share. */
const CLOSED_AFTER = 72 * HOUR

export function closingOf(day: Day): Instant {
  return startOfDay(day + 1) + CLOSED_AFTER
}

const SHOWN = 50

function linesIn(hits: readonly Hit[]): (Missing & { readonly setl_id: string })[] {
  return hits.flatMap(({ id, lines }) => lines.map((line) => ({ setl_id: id, ...line })))
}

export function findingOn(state: InstitutionDay, { root, params, watermark }: Context<Params>): Finding<Evidence> {
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
