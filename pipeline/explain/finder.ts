import type { Step } from '../../detectors/detector.ts'
import type { Occasion, Witness } from '../shard/witness.ts'
import { cellOf, saidOf } from './said.ts'

/** Finds who says an alert: the cells whose steps have said that it holds. */
export class Finder implements Witness {
  readonly cells = new Set<string>()
  readonly #alert: string
  #occasion: Occasion | undefined

  constructor(alert: string) {
    this.#alert = alert
  }

  before(occasion: Occasion): void {
    this.#occasion = occasion
  }

  after(step: Step<unknown>): void {
    if (saidOf(this.#occasion!.running, step, this.#alert)) this.cells.add(cellOf(this.#occasion!))
  }
}
