import type { Instant } from '../../schemas/time.ts'

/** How far a slice is, and what it has heard of others and sent to them until then. */
export interface Report {
  /** How far the events that it reads have come; `null` until there was one. */
  readonly reached: Instant | null
  /** It has read all that there is. */
  readonly resting: boolean
  /** The next verdict upon which others may wait; `null` where none is due. */
  readonly next: Instant | null
  /** Up to where it has given verdicts. */
  readonly verdicts: Instant | null
  /** Number of the last parcel to, and from, each slice. */
  readonly sent: readonly number[]
  readonly heard: readonly number[]
}

const NEVER = Number.NEGATIVE_INFINITY
const ALWAYS = Number.POSITIVE_INFINITY

/**
 * Says up to which time all slices may give verdicts. A verdict often rests on what others tell at the very same moment (the
 * days of all institutions when a month closes, the answer of their peers an hour later), so time stands still before each
 * such verdict until all slices have come so far and nothing is under way between them any more; then it moves on to it.
 * What is under way is told by counting: reports are taken together only where each has heard what the others had sent.
 */
export class Conductor {
  /** By slice, oldest first: reports that may still fit to those of others. */
  readonly #reports: Report[][]

  constructor(slices: number, reports: readonly (readonly Report[])[] = []) {
    this.#reports = Array.from({ length: slices }, (_, slice) => [...(reports[slice] ?? [])])
  }

  get reports(): readonly (readonly Report[])[] {
    return this.#reports
  }

  note(slice: number, report: Report): void {
    const known = this.#reports[slice]!
    const last = known.at(-1)
    // Of reports that tell the same of the traffic the later one knows more.
    if (last && isSame(last.sent, report.sent) && isSame(last.heard, report.heard)) known.pop()
    known.push(report)
  }

  /** Up to where verdicts may be given; never before `now`. */
  decide(now: Instant): Instant {
    const cut = this.#consistentCut()
    if (!cut) return now
    const bound = reachedBy(cut)
    const next = Math.min(...cut.map((report) => report.next ?? ALWAYS))
    if (next > bound) return Math.max(now, bound)
    // What others may wait for is told at that moment and not before all have come to the moment before it.
    const isReady = cut.every(({ verdicts }) => verdicts !== null && verdicts >= next - 1)
    return Math.max(now, isReady ? next : next - 1)
  }

  /** The latest reports that fit together; `undefined` where some slice has not reported yet. */
  #consistentCut(): Report[] | undefined {
    const at = this.#reports.map((known) => known.length - 1)
    const slices = at.length
    for (let changed = true; changed; ) {
      changed = false
      if (at.some((place) => place < 0)) return undefined
      for (let to = 0; to < slices; to++) {
        for (let from = 0; from < slices; from++) {
          // The sender's report is of later: an earlier one is taken.
          while (from !== to && at[from]! >= 0 && this.#sent(from, at[from]!, to) > this.#reports[to]![at[to]!]!.heard[from]!) {
            at[from]!--
            changed = true
          }
          if (at[from]! < 0) return undefined
        }
      }
    }
    for (const [slice, place] of at.entries()) this.#reports[slice]!.splice(0, place)
    return this.#reports.map(([first]) => first!)
  }

  #sent(from: number, place: number, to: number): number {
    return this.#reports[from]![place]!.sent[to]!
  }
}

/** The lowest of those that still have something to say; the highest of all where none has. */
function reachedBy(cut: readonly Report[]): Instant {
  const speaking = cut.filter(({ resting }) => !resting)
  if (speaking.length === 0) return Math.max(...cut.map(({ reached }) => reached ?? NEVER))
  return Math.min(...speaking.map(({ reached }) => reached ?? NEVER))
}

function isSame(one: readonly number[], other: readonly number[]): boolean {
  return one.every((value, i) => value === other[i])
}
