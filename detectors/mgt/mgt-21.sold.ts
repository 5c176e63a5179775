import type { FeeLine } from '../../schemas/events.ts'
import type { ReferenceRow } from '../../schemas/reference.ts'
import { hourOf, SECOND } from '../../schemas/time.ts'
import type { Visit } from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import { inPolicy } from '../kit/bills/finding.ts'
import { isMedicine } from '../kit/care/medicine.ts'
import type { Sold } from './mgt-21.stock-ledger.ts'

const CONSUMABLE = '301'
type Item = ReferenceRow<'item'> | undefined

/** Packs; `undefined` where a part was sold of a pack whose size nobody knows. */
export function packsOf(cnt: number, split: boolean, item: Item): number | undefined {
  if (!split) return cnt
  return item?.pack_units ? cnt / item.pack_units : undefined
}

function isStocked(line: FeeLine, item: Item): boolean {
  return isMedicine(line, item) || line.list_type === CONSUMABLE || line.med_list_codg.startsWith('C')
}

/** Lines that gave a part of a pack: some say so with the line, most with the package's code. */
function splitLines({ drug_trac_info }: Visit): ReadonlySet<string> {
  return new Set(drug_trac_info.filter(({ trdn_flag }) => trdn_flag === '1').map(({ feedetl_sn }) => feedetl_sn))
}

/**
 * By item, what the settlement sold; a line that takes another back nets with it. What the agency reimburses left the shelf
 * long before, on days that are closed: the institution itself reports those sales (3505).
 */
export function soldIn(visit: Visit): Map<string, Sold> {
  if (isAtAgency(visit)) return new Map()
  const { setl_id: id, setl_time, feedetail, items } = visit
  const split = splitLines(visit)
  const [hour, second] = [hourOf(setl_time), setl_time / SECOND]
  const sold = new Map<string, { -readonly [K in keyof Sold]: Sold[K] }>()
  for (let i = 0; i < feedetail.length; i++) {
    const [line, item] = [feedetail[i]!, items[i]]
    if (!isStocked(line, item)) continue
    const packs = packsOf(line.cnt, line.trdn_flag === '1' || split.has(line.feedetl_sn), item)
    if (packs === undefined) continue
    const before = sold.get(line.med_list_codg)
    if (before) {
      before.packs += packs
      before.inscp += inPolicy(line)
    } else sold.set(line.med_list_codg, { packs, inscp: inPolicy(line), hour, id, second })
  }
  return sold
}
