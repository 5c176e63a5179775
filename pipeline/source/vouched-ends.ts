import { FundwatchError } from '../../schemas/errors.ts'
import { nameOf, type Partition, type Position } from './inbox.ts'

/**
 * Ends of partitions that may be believed. A leader that was just elected may not know yet that all have what it has, and
 * ends its answers too early; asked for its bounds it says nothing until it knows. So where a partition ends for the first
 * time, or before what was vouched for, its leader is asked.
 */
export class VouchedEnds {
  readonly #highOf: (partition: Partition) => Promise<number>
  readonly #vouched = new Map<string, number>()
  #doubted: Position[] = []

  /** @param highOf the offset after the last message of a partition, as its leader vouches for it */
  constructor(highOf: (partition: Partition) => Promise<number>) {
    this.#highOf = highOf
  }

  /** Those ends, and earlier ones in doubt, that hold. Of one whose leader does not answer now it is asked again the next time. */
  async among(ends: readonly Position[]): Promise<Position[]> {
    const asked = [...this.#doubted, ...ends]
    this.#doubted = []
    const held: Position[] = []
    for (const end of asked) if (await this.#holds(end)) held.push(end)
    return held
  }

  /** Other partitions are read from now on, or the same from elsewhere. */
  clear(): void {
    this.#vouched.clear()
    this.#doubted = []
  }

  async #holds(end: Position): Promise<boolean> {
    const name = nameOf(end)
    if (end.offset >= (this.#vouched.get(name) ?? Number.POSITIVE_INFINITY)) return true
    try {
      const high = await this.#highOf(end)
      this.#vouched.set(name, high)
      // If there is more, it comes, and its own end after it.
      return end.offset >= high
    } catch (error) {
      if (!(error instanceof FundwatchError && error.code === 'KAFKA_UNREACHABLE')) throw error
      this.#doubted.push(end)
      return false
    }
  }
}
