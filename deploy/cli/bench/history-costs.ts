/** What a settlement costs while so many are known. */
export interface HistoryCost {
  /** So many are known in the end of this part. */
  readonly settlements: number
  /** By the clock, of this part alone. */
  readonly ms_per_settlement: number
  /** Of processor time of all threads: what else the machine does changes it less. */
  readonly cpu_ms_per_settlement: number
  /** Processor time as a share of what it was when a tenth was known. */
  readonly against_a_tenth: number
  readonly rss_mb: number
}

/** Where time and memory stand. */
export interface Meter {
  readonly ms: number
  readonly cpu_ms: number
  readonly rss_mb: number
}

/** Parts into which a history is cut: the first one ends where a tenth is known. */
const PARTS = 10

/** Cuts a history into parts as it comes, and says what each has cost. */
export class HistoryCosts {
  readonly rows: HistoryCost[] = []
  readonly #part: number
  readonly #read: () => Meter
  /** Since when is measured: what comes before the first settlement (knowledge, mostly) is not its cost. */
  #since: (Meter & { readonly settlements: number }) | undefined
  #settlements = 0
  #tenth: number | undefined

  /** @param read the meter as it stands now */
  constructor(settlements: number, read: () => Meter) {
    this.#part = Math.max(1, Math.floor(settlements / PARTS))
    this.#read = read
  }

  /** So many more are known. */
  add(settlements: number): void {
    if (settlements > 0 && !this.#since) {
      // The first batch opens the measurement and is not measured itself.
      this.#settlements = settlements
      this.#since = { ...this.#read(), settlements }
      return
    }
    this.#settlements += settlements
    const since = this.#since
    if (!since || Math.floor(this.#settlements / this.#part) === Math.floor(since.settlements / this.#part)) return
    const now = this.#read()
    const count = this.#settlements - since.settlements
    const cpu = (now.cpu_ms - since.cpu_ms) / count
    this.#tenth ??= cpu
    this.rows.push({
      settlements: this.#settlements,
      ms_per_settlement: round((now.ms - since.ms) / count),
      cpu_ms_per_settlement: round(cpu),
      against_a_tenth: round(cpu / this.#tenth),
      rss_mb: Math.round(now.rss_mb),
    })
    this.#since = { ...now, settlements: this.#settlements }
  }
}

function round(value: number): number {
  return Number(value.toFixed(3))
}
