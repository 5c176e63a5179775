import type { Admission, Discharge } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { DAY, dayOf, type Instant } from '../../schemas/time.ts'
import { type Context, type Part, type Step, type Told, UNCHANGED, type Visit } from '../detector.ts'
import { monthOf } from './calendar.ts'
import { STAY_FORM } from './packed-stay.ts'
import { visitOf } from './remembered.ts'
import { type StayEntry, stayDays, staysOf } from './stay.ts'
import { placedEntry } from './told-stays.ts'
import { insert, without } from './window.ts'

/** What an institution is told of a stay that has ended, or (-1) that what was told before holds no longer. */
export interface Ended {
  readonly endtime: Instant
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

/** A correction may come for so long after the last word of a stay. */
const KEPT = 400 * DAY

/** A stay of which no bill has come yet is an ordinary one. */
function countedIn(words: readonly Word[]): Counted | undefined {
  const [stay] = staysOf(words)
  if (!stay || stay.endtime === undefined || stay.endtime < stay.begntime || words.some(({ leftOut }) => leftOut))
    return undefined
  const { begntime, endtime, fixmedins_code: of, admdvs } = stay
  const bills = words.filter(({ source }) => source === 'settlement')
  const names = bills.map(({ id, at }) => [id, at] as const)
  return { of, admdvs, endtime, days: stayDays(begntime, endtime, 'admission'), names }
}

/**
 * Puts each stay together and tells the institution, under the month, of its end: admission and discharge say better than a
 * bill when it was. `isLeftOut`: a bill that shows that the stay is none of those to be counted.
 */
export function endedStays<V, P>(topic: string, isLeftOut: (bill: Visit) => boolean): Part<Event, Memory, V, P> {
  function wordOf(event: Event, context: Context<P>): Word {
    return {
      leftOut: event.kind === 'settlement' && isLeftOut(event),
      ...placedEntry(event, context),
    }
  }

  function stepOf(words: readonly Word[], before: Counted | undefined, { at }: Context<P>): Step<Memory, V> {
    const now = countedIn(words)
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
    return { state: { words }, tells, forgetAt: words.at(-1)!.at + KEPT }
  }

  return {
    name: 'STAYS',
    on: ['settlement', 'admission', 'discharge'],
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
      const [stay] = staysOf(known)
      const lacks = isFinal && (stay?.endtime === undefined || stay.endtime < stay.begntime)
      return {
        ...stepOf(known, countedIn(words), context),
        ...(lacks ? { skipped: 'INPUT_MISSING' as const } : {}),
      }
    },
    onVoid({ words }, original, context) {
      if (original.kind !== 'settlement' || !isInpatient(original.med_class)) return UNCHANGED
      // Of a stay long forgotten the bill alone still tells what it had counted as.
      if (words.length === 0) return stepOf([], countedIn([wordOf(original, context)]), context)
      const left = without(words, original.setl_id)
      return left === words ? UNCHANGED : stepOf(left, countedIn(words), context)
    },
  }
}
