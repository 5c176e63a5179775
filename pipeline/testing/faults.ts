/** What goes wrong with the next statements. Each kind says when: before anything is stored, or after all of it is. */
export interface Fault {
  readonly kind: 'drop' | 'drop-after-store' | 'error' | 'error-after-store' | 'delay'
  /** Which statements, by their text; without it, any. */
  readonly match?: RegExp
  /** How many of them; 1 unless told. */
  readonly times?: number
  /** Of kind delay, in milliseconds; 1000 unless told. */
  readonly delayMs?: number
}

export class Faults {
  readonly #waiting: { readonly fault: Fault; left: number }[] = []

  /** Injects a fault into the next statements that match; several faults are used up in the order given. */
  next(fault: Fault): void {
    this.#waiting.push({ fault, left: fault.times ?? 1 })
  }

  /** From now on nothing is answered, until what this returns is called. */
  outage(): () => void {
    const waiting = { fault: { kind: 'drop' as const }, left: Number.POSITIVE_INFINITY }
    this.#waiting.unshift(waiting)
    return () => {
      waiting.left = 0
    }
  }

  /** The fault for this statement, used up by the call. */
  take(sql: string): Fault | undefined {
    const found = this.#waiting.find(({ fault, left }) => left > 0 && (fault.match?.test(sql) ?? true))
    if (!found) return undefined
    found.left--
    return found.fault
  }
}
