import type { Entry } from './alert-log.ts'
import type { Group } from './groups.ts'

/** So many bytes of ready-made frames are kept at most. */
const BYTES_MAX = 16 * 1024 * 1024

/** What of a stretch of the log goes to everyone who asked for the same and stands at the same place. */
export interface Sifted {
  readonly alerts: readonly Entry[]
  readonly patches: readonly Entry[]
  readonly groups: readonly Group[]
  /** How far it goes. */
  readonly reached: number
}

/** What many clients are sent at the same beat: it is sought out once, and written once. */
export class Sharing {
  readonly #sifted = new Map<string, Sifted>()
  readonly #frames = new Map<Sifted, Map<string, Buffer>>()
  #bytes = 0

  /** @param question what is asked for, and from where to where; undefined where nobody else asks for it */
  sifted(question: string | undefined, sift: () => Sifted): Sifted {
    if (question === undefined) return sift()
    const known = this.#sifted.get(question)
    if (known) return known
    const sifted = sift()
    this.#sifted.set(question, sifted)
    return sifted
  }

  /** @param head in what the frames of the same rows may differ */
  frame(sifted: Sifted, head: string, write: () => string): Buffer {
    const known = this.#frames.get(sifted)?.get(head)
    if (known) return known
    const frame = Buffer.from(write())
    if (this.#bytes + frame.length > BYTES_MAX) this.forget()
    this.#bytes += frame.length
    const frames = this.#frames.get(sifted) ?? new Map<string, Buffer>()
    this.#frames.set(sifted, frames.set(head, frame))
    return frame
  }

  forget(): void {
    this.#sifted.clear()
    this.#frames.clear()
    this.#bytes = 0
  }
}
