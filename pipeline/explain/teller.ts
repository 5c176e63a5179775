import type { Finding, Form, Step } from '../../detectors/detector.ts'
import type { SkipReason } from '../../schemas/errors.ts'
import type { Fen } from '../../schemas/money.ts'
import type { Instant } from '../../schemas/time.ts'
import type { Occasion, Witness } from '../shard/witness.ts'
import { type HeardName, nameOf } from './heard-name.ts'
import { cellOf, saidOf } from './said.ts'

/** What became of the alert with a step. */
export type Became = 'nothing' | 'opened' | 'reopened' | 'revised' | 'as before' | 'retracted'

/** One step of a cell that says the alert. */
export interface ToldStep {
  readonly at: Instant
  /** The part that took it, with its version. */
  readonly part: string
  readonly heard: HeardName
  /** Not heard but taken back. */
  readonly back: boolean
  /** Memory as the detector sees it, in JSON; `null` is none. */
  readonly before: string
  readonly after: string
  /** When a verdict will be given. */
  readonly wakeAt: Instant | undefined
  /** Why nothing could be judged. */
  readonly skipped: SkipReason | undefined
  readonly became: Became
  /** Of the alert while it holds. */
  readonly vola_amt: Fen | undefined
}

/** Tells every step of the cells that say an alert. */
export class Teller implements Witness {
  readonly #alert: string
  readonly #cells: ReadonlySet<string>
  readonly #tell: (step: ToldStep) => void
  #occasion: Occasion | undefined
  #before = ''
  /** What holds of the alert. */
  #holds: Finding | null = null
  #hasHeld = false

  constructor(alert: string, cells: ReadonlySet<string>, tell: (step: ToldStep) => void) {
    this.#alert = alert
    this.#cells = cells
    this.#tell = tell
  }

  before(occasion: Occasion): void {
    this.#occasion = this.#cells.has(cellOf(occasion)) ? occasion : undefined
    if (this.#occasion) this.#before = written(occasion.slot?.cell?.state, occasion.slot?.form)
  }

  after(step: Step<unknown>): void {
    if (!this.#occasion) return
    const { running, at, heard, back, slot } = this.#occasion
    const became = this.#become(saidOf(running, step, this.#alert))
    this.#tell({
      at,
      part: running.name,
      heard: nameOf(heard),
      back: back === true || (heard?.kind === 'told' && heard.back === true),
      before: this.#before,
      after: step.unchanged ? this.#before : written(step.state, slot?.form),
      wakeAt: step.unchanged ? slot?.cell?.wakeAt : step.wakeAt,
      skipped: step.skipped,
      became,
      vola_amt: this.#holds?.vola_amt,
    })
  }

  #become(said: Finding | null | undefined): Became {
    const before = this.#holds
    if (said !== undefined) this.#holds = said
    if (!this.#holds) return before ? 'retracted' : 'nothing'
    const hasHeld = this.#hasHeld
    this.#hasHeld = true
    if (!before) return hasHeld ? 'reopened' : 'opened'
    return JSON.stringify(before) === JSON.stringify(this.#holds) ? 'as before' : 'revised'
  }
}

/** As a detector would find it if it were stored now: then what did not change looks the same. */
function written(state: unknown, form: Form<unknown> | undefined): string {
  if (state === undefined) return 'null'
  const found = form ? form.unpack(JSON.parse(JSON.stringify(form.pack(state)))) : state
  return JSON.stringify(found, plain)
}

/** Memory that a form unpacks may hold maps and sets, of which JSON knows nothing. */
function plain(_: string, value: unknown): unknown {
  return value instanceof Map || value instanceof Set ? [...value] : value
}
