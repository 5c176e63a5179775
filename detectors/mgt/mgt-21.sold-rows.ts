import { type Day, hourOf, SECOND, startOfDay } from '../../schemas/time.ts'
import type { Visit } from '../detector.ts'
import type { Gathered } from '../kit/parts/pages.ts'
import { FIELD, ROW, rowsIn, withoutRow, written } from '../kit/plain/rows.ts'
import { type Sold, UNSETTLED } from './mgt-21.stock-ledger.ts'

/** What was sold: a row for each settlement, and the items, of which rows speak by number, for a bill has many. */
export interface SoldRows {
  readonly items: readonly string[]
  readonly text: string
}

export const NOTHING_SOLD: SoldRows = { items: [], text: '' }
/** Of each item a row has its number, packs and amount. */
const OF_ITEM = 3

export function withSettlement(known: SoldRows, { setl_id, setl_time }: Visit, day: Day, sold: ReadonlyMap<string, Sold>) {
  const items = [...known.items]
  let row = written(setl_id) + FIELD + (setl_time - startOfDay(day)) / SECOND
  for (const [item, { packs, inscp }] of sold) row += FIELD + numberIn(items, item) + FIELD + packs + FIELD + inscp
  return { items, text: known.text + row + ROW } satisfies SoldRows
}

/** That some of the item was sold by no settlement: of how many the ledger knows. Once suffices. */
export function withUnsettled(known: SoldRows, item: string): SoldRows {
  const items = [...known.items]
  const row = [UNSETTLED, 0, numberIn(items, item), 0, 0].join(FIELD) + ROW
  return (ROW + known.text).includes(ROW + row) ? known : { items, text: known.text + row }
}

function numberIn(items: string[], item: string): number {
  const number = items.indexOf(item)
  return number < 0 ? items.push(item) - 1 : number
}

export function withoutSettlement({ items, text }: SoldRows, setl_id: string): SoldRows {
  return { items, text: withoutRow(text, setl_id) }
}

/** In characters, about. */
export function lengthOf({ items, text }: SoldRows): number {
  return items.reduce((length, item) => length + item.length, text.length)
}

/** What was sold of each item on a day. */
export function soldByItem({ pages, gone }: Gathered<SoldRows>, day: Day): ReadonlyMap<string, Sold[]> {
  const byItem = new Map<string, Sold[]>()
  for (const { items, text } of pages) {
    for (const [id, seconds, ...fields] of rowsIn(text) as [string, string, ...string[]][]) {
      if (gone.includes(id)) continue
      const at = startOfDay(day) + Math.round(Number(seconds) * SECOND)
      for (let i = 0; i < fields.length; i += OF_ITEM) {
        const [number, packs, inscp] = fields.slice(i, i + OF_ITEM).map(Number) as [number, number, number]
        const item = items[number]!
        const sold = byItem.get(item) ?? []
        sold.push({ hour: hourOf(at), packs, inscp, id, second: at / SECOND })
        byItem.set(item, sold)
      }
    }
  }
  return byItem
}
