import type { Alert } from '../../schemas/alert.ts'
import { fenOf } from '../../schemas/money.ts'
import type { StagedMemory } from '../memory/staged.ts'
import { keyPart } from './identity.ts'

/** Points of each part of the score (detectors 2.7); together 100. */
const POINTS = { severity: 40, amount: 30, confidence: 20, history: 10 } as const
/** How sure the catalogue is, until reviews have told better. */
const CONFIDENCE = { violation: 1, suspicion: 0.5, indicator: 0.25 } as const
/** So many other open alerts of the same subject are half of what history can say. */
const HALF_HISTORY = 5
/** Classes of amounts: four per doubling, up to more than any settlement. */
const CLASSES = 192
const PER_DOUBLING = 4

type Scored = Pick<
  Alert,
  'detector_id' | 'severity' | 'result_type' | 'vola_amt' | 'subject_type' | 'subject_id' | 'fixmedins_code'
>
export type Score = Pick<Alert, 'risk_score' | 'risk_parts'>

/**
 * How urgent an alert is, with the parts of the score shown. It knows what has been alerted so far: the amounts of each
 * detector, and the open alerts of each subject. So it follows from the events and their order alone.
 */
export class Risk {
  readonly #memory: StagedMemory

  constructor(memory: StagedMemory) {
    this.#memory = memory
  }

  /** Scores the alert among all that came before, itself included. */
  scoreOf(before: Alert | undefined, alert: Scored): Score {
    const share = this.#percentile(before, alert)
    const others = this.#open(historyKey(alert)) - (before && isOpen(before) ? 1 : 0)
    const risk_parts = {
      severity: tenths(POINTS.severity * ((5 - alert.severity) / 4)),
      amount: tenths(POINTS.amount * share),
      confidence: tenths(POINTS.confidence * CONFIDENCE[alert.result_type]),
      history: tenths(POINTS.history * (others / (others + HALF_HISTORY))),
    }
    return { risk_score: tenths(Object.values(risk_parts).reduce((sum, points) => sum + points, 0)), risk_parts }
  }

  /** Takes note of a revision: the subject has one open alert more or less. */
  note(before: Alert | undefined, after: Alert): void {
    const change = Number(isOpen(after)) - Number(before !== undefined && isOpen(before))
    if (change === 0) return
    const key = historyKey(after)
    const open = this.#open(key) + change
    this.#memory.set(key, open > 0 ? Buffer.from(String(open)) : null)
  }

  #open(key: string): number {
    const stored = this.#memory.get(key)
    return stored ? Number(Buffer.from(stored).toString()) : 0
  }

  /** The share of the detector's alerts with a smaller amount; those of the same class count half. */
  #percentile(before: Alert | undefined, { detector_id, vola_amt }: Scored): number {
    const key = `n|${detector_id}`
    const stored = this.#memory.get(key)
    const counts = new Uint32Array(CLASSES)
    if (stored) new Uint8Array(counts.buffer).set(stored)
    const own = classOf(vola_amt)
    const last = before && classOf(before.vola_amt)
    if (last !== undefined && counts[last]! > 0) counts[last]!--
    counts[own]!++
    this.#memory.set(key, Buffer.from(counts.buffer))
    let [smaller, all] = [0, 0]
    counts.forEach((count, i) => {
      all += count
      if (i < own) smaller += count
    })
    return (smaller + counts[own]! / 2) / all
  }
}

function classOf(vola_amt: number): number {
  const fen = fenOf(vola_amt)
  return fen <= 0 ? 0 : Math.min(CLASSES - 1, 1 + Math.floor(PER_DOUBLING * Math.log2(fen)))
}

/** A settlement or a box has no history of its own: the institution that sold it has. */
function historyKey({ subject_type, subject_id, fixmedins_code }: Scored): string {
  const passing = subject_type === 'settlement' || subject_type === 'trace'
  return passing && fixmedins_code ? `h|institution|${keyPart(fixmedins_code)}` : `h|${subject_type}|${keyPart(subject_id)}`
}

function isOpen({ status, mode, disposition }: Alert): boolean {
  return status === 'open' && mode === 'live' && disposition === 'alert'
}

function tenths(points: number): number {
  return Math.round(points * 10) / 10
}
