/** How many packs gave a part together, and which others: nobody knows how much each of them gave. */
export type Shared = readonly [packs: number, others: string]

interface Pool {
  readonly packs: number
  readonly sales: number
  readonly part: number
}

/** Whatever several packs gave together, each gave something. */
const A_LITTLE = 1e-6

/** What one pack gave, sale by sale, in packs. */
export class Given {
  private alone = 0
  private readonly pools = new Map<string, Pool>()

  add(part: number, shared: Shared | undefined): void {
    if (!shared) {
      this.alone += part
      return
    }
    const [packs, others] = shared
    const pool = this.pools.get(others) ?? { packs, sales: 0, part: 0 }
    this.pools.set(others, { packs, sales: pool.sales + 1, part: pool.part + part })
  }

  /** What it gave at least: with others, what these cannot have given were they full. */
  get least(): number {
    return [...this.pools.values()].reduce((sum, { packs, sales, part }) => {
      return sum + Math.max(sales * A_LITTLE, part - (packs - 1))
    }, this.alone)
  }
}
