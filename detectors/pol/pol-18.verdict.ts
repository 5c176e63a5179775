import { yuan } from '../../schemas/money.ts'
import type { Instant } from '../../schemas/time.ts'
import type { Context, Finding } from '../detector.ts'
import { inTime } from '../kit/parts/remembered.ts'
import { agreedBy, QUANTITY } from './pol-18.procured.ts'
import type { Evidence, Group, Params } from './pol-18.terms.ts'

interface Named {
  readonly month: string
  readonly group: string
  readonly admdvs: string
}

const SHOWN = 10

export function subjectOf(id: string): Finding['subject'] {
  return { type: 'institution', id }
}

export function bucketOf(month: string, group: string): string {
  return `${month}|${group}`
}

export function findingOn(
  { month, group, admdvs }: Named,
  { selected, others, amount, products, overpriced, excess, otherHits, overpricedHits }: Group,
  { root, params, reference }: Context<Params>,
  at: Instant,
): Finding<Evidence> | undefined {
  const total = selected + others
  const share = total > 0 ? others / total : 0
  const isAvoided = total >= params.min_units * QUANTITY && share > params.share
  if (!isAvoided && overpriced <= 0) return undefined
  const hits = new Map([...(isAvoided ? otherHits : []), ...overpricedHits].map((hit) => [hit.id, hit]))
  const resting = [...hits.values()].sort(inTime)
  if (resting.length === 0) return undefined
  const vola_amt = (isAvoided ? amount : 0) + excess
  return {
    subject: subjectOf(root),
    bucket: bucketOf(month, group),
    // What was promised at a price and charged above it is proof; why something else was used the institution may tell.
    result: overpriced > 0 ? 'violation' : 'suspicion',
    severity: isAvoided && share > params.high_share ? 2 : 3,
    vola_amt,
    setl_ids: resting.map(({ id }) => id),
    lines: [],
    at: resting.at(-1)!.at,
    first_seen: resting[0]!.at,
    count: resting.length,
    psn_no: '',
    fixmedins_code: root,
    admdvs,
    insu_admdvs: '',
    evidence: {
      ...{ month, group },
      selected_units: selected / QUANTITY,
      other_units: others / QUANTITY,
      other_share: Math.round(share * 10_000) / 10_000,
      other_products: Object.entries(products)
        .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
        .slice(0, SHOWN)
        .map(([med_list_codg, units]) => ({ med_list_codg, units: units / QUANTITY })),
      overpriced_lines: overpriced,
      overpriced_amt: yuan(excess),
      agreed_qty: agreedBy(root, group, at, reference),
      vola_amt: yuan(vola_amt),
    },
  }
}
