import type { Admission, Discharge } from '../../../schemas/events.ts'
import { isInpatient } from '../../../schemas/med-class.ts'
import { dayOf, type Instant } from '../../../schemas/time.ts'
import { type Context, type Part, type Step, type Told, UNCHANGED, type Visit } from '../../detector.ts'
import { visitOf } from '../parts/remembered.ts'
import { insert, without } from '../parts/window.ts'
import { monthOf } from '../plain/calendar.ts'
import { STAY_FORM } from './packed-stay.ts'
import { type Stay, type StayEntry, stayDays, staysOf } from './stay.ts'
import { placedEntry } from './told-stays.ts'

/** What an institution is told of a stay that has ended, or (-1) that what was told before holds no longer. */
export interface Ended {
  readonly psn_no: string
  readonly mdtrt_id: string
  readonly endtime: Instant
  /** 0 where nothing tells when it began. */
  readonly days: number
  /** Its settlements. */
  readonly names: readonly (readonly [setl_id: string, at: Instant])[]
  readonly sign: 1 | -1
}

type Event = Visit | Admission | Discharge

interface Word extends StayEntry {
  readonly leftOut: boolean
}

interface Counted extends Omit<Ended, 'sign'> {
  readonly of: string
  readonly admdvs: string
}

interface Memory {
  readonly words: readonly Word[]
}

interface EndedStays {
  readonly topic: string
  /** A bill that shows that the stay is none of those to be counted. */
  readonly isLeftOut?: (bill: Visit) => boolean
  /**
   * What was not settled is no case of the fund's. Of a case it does not matter how long it was, so that its beginning need
   * not be known, and its final bill may leave its end to its own time.
   */
  readonly asCase?: boolean
  /** How long after the last word of a stay another one may come. */
  readonly kept: number
}

function assembled(words: readonly Word[], { asCase }: EndedStays): Stay | undefined {
  const begun = asCase ? words.map((word) => ({ ...word, begntime: word.begntime ?? word.at })) : words
  return staysOf(begun)[0]
}

/** When it ended, if it did so after it had begun. */
function endOf(stay: Stay, bills: readonly Word[], { asCase }: EndedStays): Instant | undefined {
  if (asCase) return bills.length === 0 ? undefined : (stay.endtime ?? bills.findLast(({ mid }) => !mid)?.at)
  return stay.endtime === undefined || stay.endtime < stay.begntime ? undefined : stay.endtime
}

/** A stay of which no bill has come yet is an ordinary one. */
function countedIn(words: readonly Word[], psn_no: string, rule: EndedStays): Counted | undefined {
  const stay = assembled(words, rule)
  if (!stay || words.some(({ leftOut }) => leftOut)) return undefined
  const bills = words.filter(({ source }) => source === 'settlement')
  const endtime = endOf(stay, bills, rule)
  if (endtime === undefined) return undefined
  const { mdtrt_id, begntime, fixmedins_code: of, admdvs } = stay
  const days = words.some((word) => word.begntime !== undefined) ? stayDays(begntime, endtime, 'admission') : 0
  const names = bills.map(({ id, at }) => [id, at] as const)
  return { psn_no, mdtrt_id, of, admdvs, endtime, days, names }
}

/**
 * Puts each stay together and tells the institution, under the month, of its end: admission and discharge say better than a
 * bill when it was.
 */
export function endedStays<V, P>(rule: EndedStays): Part<Event, Memory, V, P> {
  const { topic, isLeftOut, asCase, kept } = rule

  function wordOf(event: Event, context: Context<P>): Word {
    return {
      leftOut: event.kind === 'settlement' && isLeftOut?.(event) === true,
      ...placedEntry(event, context),
    }
  }

  function stepOf(words: readonly Word[], before: Counted | undefined, { root, at }: Context<P>): Step<Memory, V> {
    const now = countedIn(words, root, rule)
    const tell = ({ of, admdvs, ...ended }: Counted, sign: 1 | -1): Told<Ended> => {
      return {
        kind: 'told',
        topic,
        of,
        period: monthOf(dayOf(ended.endtime)),
        at,
        admdvs,
        values: { ...ended, sign },
      }
    }
    const isSame = JSON.stringify(before) === JSON.stringify(now)
    const tells = isSame ? [] : [...(before ? [tell(before, -1)] : []), ...(now ? [tell(now, 1)] : [])]
    if (words.length === 0) return { state: undefined, tells }
    return { state: { words }, tells, forgetAt: words.at(-1)!.at + kept }
  }

  return {
    name: 'STAYS',
    on: asCase ? ['settlement', 'discharge'] : ['settlement', 'admission', 'discharge'],
    space: 'person',
    root: ({ psn_no }) => psn_no,
    key: (event) => (event.kind === 'settlement' ? visitOf(event) : event.mdtrt_id),
    concerns: (event) => event.kind !== 'settlement' || isInpatient(event.med_class),
    memoryless: false,
    form: {
      pack: ({ words }) => words.map((word) => [STAY_FORM.pack(word), word.leftOut ? 1 : 0]),
      unpack: (packed: readonly [unknown, 0 | 1][]) => ({
        words: packed.map(([entry, leftOut]) => ({
          leftOut: leftOut === 1,
          ...STAY_FORM.unpack(entry),
        })),
      }),
    },
    initial: () => ({ words: [] }),
    onEvent({ words }, event, context) {
      const known = insert(words, wordOf(event, context))
      const isFinal = event.kind === 'settlement' && event.mid_setl_flag !== '1'
      const stay = isFinal && !asCase ? assembled(known, rule) : undefined
      const lacks = isFinal && !asCase && (stay?.endtime === undefined || stay.endtime < stay.begntime)
      return {
        ...stepOf(known, countedIn(words, context.root, rule), context),
        ...(lacks ? { skipped: 'INPUT_MISSING' as const } : {}),
      }
    },
    onVoid({ words }, original, context) {
      if (original.kind !== 'settlement' || !isInpatient(original.med_class)) return UNCHANGED
      // Of a stay long forgotten the bill alone still tells what it had counted as.
      if (words.length === 0) return stepOf([], countedIn([wordOf(original, context)], context.root, rule), context)
      const left = without(words, original.setl_id)
      return left === words ? UNCHANGED : stepOf(left, countedIn(words, context.root, rule), context)
    },
  }
}
