import type { Item } from './item.ts'
import { tenDigits } from './wire.ts'

/** Hands out identifiers that nobody else in the run gets: settlements, visits, voids and trace codes. */
export class Issuer {
  private readonly series: string
  private settlements = 0
  private visits = 0
  private packages = 0

  /** `series` is two digits that tell this issuer's numbers from another's. */
  constructor(series: string) {
    this.series = series
  }

  setl_id(): string {
    return `S${this.series}${tenDigits(++this.settlements)}`
  }

  mdtrt_id(): string {
    return `M${this.series}${tenDigits(++this.visits)}`
  }

  /** The 20 digits on one package. */
  traceCode(item: Item): string {
    return `${item.trace_prefix}0${this.series}${tenDigits(++this.packages)}`
  }

  /** One code per package, for items that carry them. */
  traceCodes(item: Item, packages: number): string[] {
    return item.trace_prefix === undefined ? [] : Array.from({ length: packages }, () => this.traceCode(item))
  }

  /** A void keeps the digits of the settlement that it reverses. */
  voidId(setl_id: string): string {
    return `V${setl_id.slice(1)}`
  }
}
