import { type Calendar, MINUTE } from './calendar.ts'
import type { Deliveries } from './deliveries.ts'
import type { Institution } from './institution.ts'
import type { Issuer } from './issuer.ts'
import type { Item } from './item.ts'
import { yuan } from './wire.ts'

const BOXES_PER_PURCHASE = 40

/** The shelves of a pharmacy that sends its purchases: whatever it sells has been bought shortly before. */
export class Stockroom {
  private readonly institution: Institution
  private readonly issuer: Issuer
  private readonly deliveries: Deliveries
  private readonly calendar: Calendar
  private readonly shelves = new Map<Item, string[]>()
  private purchases = 0

  constructor(institution: Institution, issuer: Issuer, deliveries: Deliveries, calendar: Calendar) {
    this.institution = institution
    this.issuer = issuer
    this.deliveries = deliveries
    this.calendar = calendar
  }

  take(item: Item, packages: number, at: number): string[] {
    let shelf = this.shelves.get(item)
    if (shelf === undefined || shelf.length < packages) {
      const bought = this.issuer.traceCodes(item, BOXES_PER_PURCHASE)
      this.deliveries.send(at, this.purchaseLine(item, bought, at - 8 * MINUTE))
      shelf = [...bought, ...(shelf ?? [])]
      this.shelves.set(item, shelf)
    }
    return shelf.splice(-packages)
  }

  private purchaseLine(item: Item, codes: readonly string[], time: number): string {
    const boxes = codes.map((code) => `{"drug_trac_codg":"${code}"}`).join()
    return (
      `{"kind":"inventory","inv_type":"purchase","inv_id":"I${this.institution.code}-${++this.purchases}"` +
      `,"fixmedins_code":"${this.institution.code}","med_list_codg":"${item.code}","cnt":${codes.length}` +
      `,"pric":${yuan(Math.floor(item.price * 0.8))},"time":"${this.calendar.text(time)}","inv_chg_type":"108","drug_trac_info":[${boxes}]}`
    )
  }
}
