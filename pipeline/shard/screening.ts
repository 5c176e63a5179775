import type { Context, Detector, Finding, Heard, Visit } from '../../detectors/detector.ts'
import { heardIn } from '../../detectors/project.ts'
import type { SkipReason } from '../../schemas/errors.ts'
import { MINUTE } from '../../schemas/time.ts'
import type { Alerts } from './alerts.ts'
import type { Cells } from './cells.ts'
import type { Exchange } from './exchange.ts'
import { named } from './holdings.ts'
import type { World } from './moments.ts'
import type { Parts, RunningPart } from './parts.ts'
import type { Steps } from './steps.ts'

export interface Screened {
  readonly said: { readonly detector: Detector; readonly finding: Finding }[]
  /** Who could not judge the draft, and why. */
  readonly skipped: { readonly detector: Detector; readonly reason: SkipReason }[]
  /** Who would have to be asked at another slice. */
  readonly elsewhere: { readonly detector: Detector; readonly slice: number }[]
}

/** A screen speaks at once what an alert would wait a quarter of an hour for: whether a void takes it back. */
const SCREEN_AHEAD = 30 * MINUTE

export interface ScreeningOptions {
  readonly parts: Parts
  readonly cells: Cells
  readonly steps: Steps
  readonly exchange: Exchange | undefined
  readonly alerts: Alerts
}

/** Asks every part what it would say of a draft that was settled now; changes nothing. */
export class Screening {
  readonly #parts: Parts
  readonly #cells: Cells
  readonly #steps: Steps
  readonly #exchange: Exchange | undefined
  readonly #alerts: Alerts

  constructor({ parts, cells, steps, exchange, alerts }: ScreeningOptions) {
    this.#parts = parts
    this.#cells = cells
    this.#steps = steps
    this.#exchange = exchange
    this.#alerts = alerts
  }

  ask(visit: Visit, { watermark, historyFrom }: World): Screened {
    const screened: Screened = { said: [], skipped: [], elsewhere: [] }
    this.#steps.world = { watermark: Math.max(watermark, visit.setl_time + SCREEN_AHEAD), historyFrom }
    for (const heard of heardIn(visit)) {
      for (const running of this.#parts.listeningTo(heard.kind)) this.#ask(running, heard, visit, screened)
    }
    return screened
  }

  #ask(running: RunningPart, heard: Heard, visit: Visit, { said, skipped, elsewhere }: Screened): void {
    const { detector, part } = running
    // The memory of a busy key is not copied for a draft, unless its detector asks to be heard before a settlement.
    if (part.owned && !detector.stages.includes('pre')) return
    const root = part.root(heard)
    if (!root) return
    // What explains a finding away is known where the person is.
    const slice = part.memoryless ? this.#exchange?.ownerOf('person', visit.psn_no) : this.#exchange?.ownerOf(part.space, root)
    if (slice !== undefined && slice !== this.#exchange?.slices.index) {
      elsewhere.push({ detector, slice })
      return
    }
    const context = this.#steps.contextOf(running, root, visit.setl_time, visit.admdvs)
    if (!isConcerned(running, heard, context)) return
    const cell = part.memoryless ? undefined : this.#cells.at(running, root, part.key(heard)).cell
    const state = part.owned ? structuredClone(cell?.state) : cell?.state
    const step = part.onEvent(state ?? part.initial(), heard, context)
    if (step.skipped) skipped.push({ detector, reason: step.skipped })
    const { holds = [], touched = [] } = step
    for (const held of [...holds, ...touched.flatMap(({ holds }) => holds ?? [])]) {
      const finding = named(part.name, held)
      if (finding.setl_ids.includes(visit.setl_id) && !this.#alerts.isSilenced(detector, finding))
        said.push({ detector, finding })
    }
  }
}

function isConcerned({ part }: RunningPart, heard: Heard, context: Context<unknown>): boolean {
  return !part.concerns || part.concerns(heard, context)
}
