import { yuan } from '../../schemas/money.ts'
import { formatDay, formatInstant, SECOND, startOfDay } from '../../schemas/time.ts'
import type { Context, Finding } from '../detector.ts'
import { type Balance, balancesOf, type Ledger, type Period, soldBy } from './mgt-21.stock-ledger.ts'
import type { Evidence, Params } from './mgt-21.terms.ts'

/** Where nothing stays sold the books are wrong, but nothing was sold too many. */
function isTooMany({ sold, brought_back, excess, available }: Balance, { packs, share }: Params): boolean {
  return sold > brought_back && excess > Math.max(packs, share * Math.max(0, available))
}

/** The days of the period on which more had been sold than was there. */
export function overdrawn(ledger: Ledger, period: Period, params: Params): Balance[] {
  const { days } = soldBy(ledger, period, period.day + params.stock_days)
  return balancesOf(ledger, period, days).filter((balance) => isTooMany(balance, params))
}

function round(packs: number): number {
  return Math.round(packs * 100) / 100
}

export function findingOn(
  item: string,
  ledger: Ledger,
  period: Period,
  over: readonly Balance[],
  context: Context<Params>,
): Finding<Evidence> {
  const { root, reference } = context
  const [first, last] = [over[0]!, over.at(-1)!]
  const { sold, excess, inscp } = last
  const vola_amt = Math.min(inscp, Math.round((inscp * excess) / sold))
  const { names } = soldBy(ledger, period, last.day)
  const at = startOfDay(last.day + 1) - SECOND
  const admdvs = reference.find('institution', root, at)?.row.admdvs ?? ''
  return {
    subject: { type: 'institution', id: root },
    // The day of the event that made it hold, and the item (contract, "Identity").
    bucket: `${formatDay(first.day)}|${item}`,
    result: 'suspicion',
    severity: 2,
    vola_amt,
    setl_ids: names.map(([id]) => id),
    lines: [],
    at,
    first_seen: startOfDay(first.day + 1) - SECOND,
    count: over.length,
    ...{ psn_no: '', fixmedins_code: root, admdvs, insu_admdvs: '' },
    evidence: {
      ...{ fixmedins_code: root, med_list_codg: item, name: reference.find('item', item, at)?.row.name || item },
      ...{ stocktaking: formatInstant(period.at), since: formatDay(first.day), until: formatDay(last.day) },
      opening: round(period.opening),
      purchased: round(last.purchased),
      returned: round(last.returned),
      adjusted_in: round(last.adjusted_in),
      adjusted_out: round(last.adjusted_out),
      own_sales: round(last.own_sales),
      sold: round(sold),
      brought_back: round(last.brought_back),
      excess: round(excess),
      vola_amt: yuan(vola_amt),
    },
  }
}
