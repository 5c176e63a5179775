import type { Day, Instant } from '../../../schemas/time.ts'
import type { Context, Part, Told } from '../../detector.ts'

/**
 * What is remembered of a long day would be written anew with every batch, longer and longer. So that this stays little, what
 * is full is laid aside as a page: a cell of its own, written once. When the day is to be read its pages are called back, the
 * last one first, each with what stood on those after it.
 */
export interface Paged {
  /** So many pages lie aside; absent where none does. */
  readonly pages?: number
  /** Settlements that were taken back and may stand on one of them. */
  readonly gone?: readonly string[]
}

/** A whole day, page by page in the order in which they were filled. */
export interface Gathered<T> {
  readonly pages: readonly T[]
  readonly gone: readonly string[]
}

export interface Pages<T, V, P> {
  /** Holds the pages. */
  readonly part: Part<Told, T, V, P>
  /** Tells of a full page, the first of the day being page 0. */
  full(institution: string, day: Day, at: Instant, page: number, content: T): Told
  /** Calls all pages of a day back; `rest` is what came after the last of them. */
  gather(institution: string, day: Day, at: Instant, log: Paged, rest: T): Told
}

/**
 * The pages of an institution's days. Topics begin with the detector's `id`.
 * @param whole what is told of a day that is gathered
 */
export function pagesOf<T, V, P>(
  id: string,
  whole: (day: Day, gathered: Gathered<T>, context: Context<P>) => readonly Told[],
): Pages<T, V, P> {
  const [FULL, GATHER] = [`${id}/full`, `${id}/gather`]

  function about(topic: string, of: string, day: Day, at: Instant, page: number, values: unknown): Told {
    return { kind: 'told', topic, of, period: `${day}|${page}`, at, admdvs: '', values }
  }

  const part: Part<Told, T | undefined, V, P> = {
    name: 'PAGE',
    on: ['told'],
    hears: [FULL, GATHER],
    space: 'institution',
    root: ({ topic, of }) => (topic === FULL || topic === GATHER ? of : ''),
    key: ({ period }) => period,
    memoryless: false,
    initial: () => undefined,
    onEvent(own, { topic, of, period, at, values }, context) {
      const [day, page] = period.split('|').map(Number) as [Day, number]
      if (topic === FULL) return { state: values as T }
      const { pages, gone } = values as Gathered<T>
      const gathered: Gathered<T> = { pages: [own!, ...pages], gone }
      const tells = page === 0 ? whole(day, gathered, context) : [about(GATHER, of, day, at, page - 1, gathered)]
      return { state: undefined, tells }
    },
  }

  return {
    part: part as Part<Told, T, V, P>,
    full: (of, day, at, page, content) => about(FULL, of, day, at, page, content),
    gather(of, day, at, { pages = 0, gone = [] }, rest) {
      return about(GATHER, of, day, at, pages - 1, { pages: [rest], gone } satisfies Gathered<T>)
    },
  }
}
