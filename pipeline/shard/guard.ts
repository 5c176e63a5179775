import { type Fen, yuan } from '../../schemas/money.ts'
import type { KeyValue } from '../memory/key-value.ts'
import type { StagedMemory } from '../memory/staged.ts'

/** What one detector may raise on one day before somebody must look at it; `Infinity`: no limit. */
export interface Budget {
  readonly alerts: number
  readonly fen: Fen
}

/** A detector was moved to shadow because it exceeded its budget. */
export interface Guarded {
  readonly detector_id: string
  /** The day of the events. */
  readonly day: string
  readonly alerts: number
  /** Yuan. */
  readonly amount: number
}

interface Spent {
  readonly alerts: number
  readonly fen: Fen
}

const SHUT = 'b|shut|'
const SPENT = 'b|spent|'

/**
 * Limits what a detector gone wrong can do: one that raises more alerts or money on a day than its budget runs silently from
 * then on, until somebody lifts that (`fundwatch guard lift`). What it has raised stays.
 */
export class Guard {
  readonly #memory: StagedMemory
  readonly #budget: Budget | undefined
  #notices: Guarded[] = []
  /** Counts on, and silences nobody: what is heard was let through. */
  isLenient = false

  constructor(memory: StagedMemory, budget: Budget | undefined) {
    this.#memory = memory
    this.#budget = budget
  }

  isShut(detector_id: string): boolean {
    return this.#budget !== undefined && this.#memory.get(SHUT + detector_id) !== undefined
  }

  /** A live alert was opened, or grew. */
  spend(detector_id: string, day: string, more: Spent): void {
    if (!this.#budget) return
    const key = `${SPENT}${detector_id}|${day}`
    const stored = this.#memory.get(key)
    const before: Spent = stored ? JSON.parse(Buffer.from(stored).toString()) : { alerts: 0, fen: 0 }
    const spent: Spent = { alerts: before.alerts + more.alerts, fen: before.fen + more.fen }
    this.#memory.set(key, Buffer.from(JSON.stringify(spent)))
    if (this.isLenient || this.isShut(detector_id) || (spent.alerts <= this.#budget.alerts && spent.fen <= this.#budget.fen))
      return
    const notice: Guarded = { detector_id, day, alerts: spent.alerts, amount: yuan(spent.fen) }
    this.#memory.set(SHUT + detector_id, Buffer.from(JSON.stringify(notice)))
    this.#notices.push(notice)
  }

  /** The detector speaks again, with a fresh budget. */
  lift(detector_id: string): void {
    for (const key of keysOf(this.#memory, detector_id)) this.#memory.set(key, null)
  }

  /** The detectors moved to shadow since the last call. */
  take(): Guarded[] {
    const notices = this.#notices
    this.#notices = []
    return notices
  }
}

/** The detectors that run silently because of their budget. */
export function guardedIn(memory: KeyValue): Guarded[] {
  return [...memory.scan(SHUT)].map(([, value]) => JSON.parse(Buffer.from(value).toString()) as Guarded)
}

/** The detector speaks again, with a fresh budget; answers whether it was silent. */
export async function liftGuard(memory: KeyValue, detector_id: string): Promise<boolean> {
  if (!memory.get(SHUT + detector_id)) return false
  await memory.commit(new Map(keysOf(memory, detector_id).map((key) => [key, null])))
  return true
}

/** What is known of a detector that was silent. */
function keysOf(memory: Pick<KeyValue, 'get' | 'scan'>, detector_id: string): string[] {
  if (!memory.get(SHUT + detector_id)) return []
  return [SHUT + detector_id, ...[...memory.scan(`${SPENT}${detector_id}|`)].map(([key]) => key)]
}
