import type { Discharge } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { DAY, dayOf, type Instant, SECOND } from '../../schemas/time.ts'
import { type Context, type Form, type Part, type Step, type Told, UNCHANGED, type Visit } from '../detector.ts'
import { monthOf } from '../kit/calendar.ts'
import { STAY_FORM } from '../kit/packed-stay.ts'
import { visitOf } from '../kit/remembered.ts'
import { type StayEntry, stayEntry, staysOf } from '../kit/stay.ts'
import { insert, without } from '../kit/window.ts'

/** A stay that ended, as its institution's month counts it. */
export interface Ended {
  readonly psn_no: string
  readonly mdtrt_id: string
  /** Its settlements, with their times in seconds. */
  readonly bills: readonly (readonly [setl_id: string, second: number])[]
}

/** What the months of institutions hear. */
export type Counted = Ended & { readonly at: Instant; readonly sign: 1 | -1 }

/** What tells of one stay, and how it was last counted. */
interface Memory {
  readonly words: readonly StayEntry[]
  readonly counted: Told<Counted> | undefined
}

export const COUNTED = 'FND-03/counted'
const NOTHING: Memory = { words: [], counted: undefined }
/** As long as the months that were told of it. */
const KEPT = 26 * 31 * DAY

const FORM: Form<Memory> = {
  pack: ({ words, counted }) => [words.map((word) => STAY_FORM.pack(word)), counted ?? 0],
  unpack: ([words, counted]) => ({
    words: words.map((word: readonly unknown[]) => STAY_FORM.unpack(word)),
    counted: counted === 0 ? undefined : counted,
  }),
}

/**
 * A stay ends as its discharge says, else its final settlement, which may leave it to its own time. One of which every
 * settlement was voided is none, for what was not settled is no case of the fund's.
 */
function countedIn(words: readonly StayEntry[], psn_no: string): Told<Counted> | undefined {
  // When it began does not matter, and need not be known.
  const [stay] = staysOf(words.map((word) => ({ ...word, begntime: word.begntime ?? word.at })))
  const settled = words.filter(({ source }) => source === 'settlement')
  const at = stay?.endtime ?? settled.findLast(({ mid }) => !mid)?.at
  if (!stay || settled.length === 0 || at === undefined) return undefined
  const { mdtrt_id, fixmedins_code: of, admdvs } = stay
  const bills = settled.map((bill) => [bill.id, bill.at / SECOND] as const)
  return {
    ...{ kind: 'told', topic: COUNTED, of, period: monthOf(dayOf(at)), at, admdvs },
    values: { psn_no, mdtrt_id, bills, at, sign: 1 },
  }
}

function stepOf(words: readonly StayEntry[], { counted: before }: Memory, { root, at }: Context<unknown>): Step<Memory, never> {
  const counted = countedIn(words, root)
  const isSame = JSON.stringify(before) === JSON.stringify(counted)
  const takenBack = before && { ...before, values: { ...before.values, sign: -1 as const } }
  const tells = isSame ? [] : [takenBack, counted].flatMap((told) => (told ? [{ ...told, at }] : []))
  if (words.length === 0) return { state: undefined, tells }
  return { state: { words, counted }, tells, forgetAt: words.at(-1)!.at + KEPT }
}

/** Puts each stay together and tells the institution that it ended. */
export const stays: Part<Visit | Discharge, Memory, never, unknown> = {
  name: 'STAYS',
  on: ['settlement', 'discharge'],
  space: 'person',
  root: ({ psn_no }) => psn_no,
  key: (event) => (event.kind === 'settlement' ? visitOf(event) : event.mdtrt_id),
  concerns: (event) => event.kind !== 'settlement' || isInpatient(event.med_class),
  memoryless: false,
  form: FORM,
  initial: () => NOTHING,
  onEvent: (memory, event, context) => stepOf(insert(memory.words, stayEntry(event)!), memory, context),
  onVoid(memory, original, context) {
    const left = original.kind === 'settlement' ? without(memory.words, original.setl_id) : memory.words
    return left === memory.words ? UNCHANGED : stepOf(left, memory, context)
  },
}
