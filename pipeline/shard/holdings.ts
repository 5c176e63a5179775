import type { Finding, Touched } from '../../detectors/detector.ts'
import type { StagedMemory } from '../memory/staged.ts'
import { type AlertOptions, type Alerts, alertId, type Cause } from './alerts.ts'
import { isScreenOnly, type RunningPart } from './parts.ts'
import { type Cell, NOTHING_HELD } from './record.ts'

/** Makes alerts of what parts say holds: opens, revises and retracts, so that exactly what holds is open. */
export class Holdings {
  readonly #memory: StagedMemory
  readonly #alerts: Alerts
  options: AlertOptions = { shadow: new Set(), now: 0 }

  constructor(memory: StagedMemory, alerts: Alerts) {
    this.#memory = memory
    this.#alerts = alerts
  }

  /** What a part without memory says of one settlement. */
  hold({ detector }: RunningPart, holds: readonly Finding[]): void {
    if (isScreenOnly(detector)) return
    for (const finding of holds) this.#alerts.hold(detector, alertId(detector, finding), finding, this.options)
  }

  /** Opens, revises or retracts the touched buckets; all others stay as they are. */
  touch({ detector, part }: RunningPart, touched: readonly Touched[], cause: Cause): void {
    if (isScreenOnly(detector)) return
    for (const { subject, bucket, holds } of touched) {
      const named = namedBucket(part.name, bucket)
      const id = alertId(detector, { subject, bucket: named })
      const key = `s|${id}`
      const before = this.#memory.get(key)
      if (holds) {
        const saying = this.#alerts.sayingOf(detector, holds)
        if (before && Buffer.from(before).toString() === saying) continue
        this.#memory.set(key, Buffer.from(saying))
        this.#alerts.hold(detector, id, { ...holds, bucket: named }, this.options)
      } else if (before) {
        this.#memory.set(key, null)
        this.#alerts.retract([id], cause)
      }
    }
  }

  /** Opens, revises and retracts so that exactly what holds now is open. Answers what is held afterwards. */
  compare(running: RunningPart, before: Cell['held'], holds: readonly Finding[], cause: Cause): Cell['held'] {
    if (holds.length === 0 && before === NOTHING_HELD) return before
    const { detector, part } = running
    if (isScreenOnly(detector)) return NOTHING_HELD
    const held: Record<string, string> = {}
    let changed = false
    for (const said of holds) {
      const finding = named(part.name, said)
      const id = alertId(detector, finding)
      const saying = this.#alerts.sayingOf(detector, finding)
      if (before[id] !== saying) {
        changed = true
        this.#alerts.hold(detector, id, finding, this.options)
      }
      held[id] = saying
    }
    for (const id of Object.keys(before)) {
      if (id in held) continue
      changed = true
      this.#alerts.retract([id], cause)
    }
    if (!changed) return before
    return Object.keys(held).length === 0 ? NOTHING_HELD : held
  }
}

/** The name of a part stands before its buckets (contract, section 2, "Identity"). */
export function namedBucket(part: string, bucket: string): string {
  return part ? `${part}:${bucket}` : bucket
}

export function named(part: string, finding: Finding): Finding {
  return part ? { ...finding, bucket: namedBucket(part, finding.bucket) } : finding
}
