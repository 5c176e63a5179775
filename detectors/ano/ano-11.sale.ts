import type { MicroYuan } from '../../schemas/money.ts'
import type { DrugSale } from '../detector.ts'
import { inPolicy } from '../kit/bills/finding.ts'
import type { Sold } from './ano-11.terms.ts'

/** Of the region code: the pooling area. */
const REGION_DIGITS = 4

export function regionIn({ admdvs }: { readonly admdvs: string }): string {
  return admdvs.slice(0, REGION_DIGITS)
}

/** Price units that a package has: single ones of a split package are charged apart. `undefined` where nobody knows them. */
function unitsIn({ item, split }: DrugSale): number | undefined {
  return split ? item?.pack_units || undefined : 1
}

/** What a package costs at the sale's price; 0 where that cannot be told. */
export function packagePrice(sale: DrugSale): MicroYuan {
  return Math.round(sale.line.pric * (unitsIn(sale) ?? 0))
}

export function soldIn(sale: DrugSale): Sold {
  const { visit, line, item } = sale
  const { setl_id: id, setl_time: at, fixmedins_code, admdvs } = visit
  const [price, cnt] = [packagePrice(sale), line.cnt / (unitsIn(sale) ?? 1)]
  const { feedetl_sn } = line
  return { id, at, fixmedins_code, admdvs, feedetl_sn, price, cnt, inscp: inPolicy(line), pack_units: item?.pack_units ?? 1 }
}
