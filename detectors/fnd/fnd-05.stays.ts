import type { Admission, Discharge } from '../../schemas/events.ts'
import { isInpatient } from '../../schemas/med-class.ts'
import { DAY, type Day, dayOf, type Instant } from '../../schemas/time.ts'
import { type Context, type Part, type Step, type Told, UNCHANGED, type Visit } from '../detector.ts'
import { completedYears } from '../kit/care/age.ts'
import { inTime } from '../kit/parts/remembered.ts'
import { STAY_FORM } from '../kit/stays/packed-stay.ts'
import { type Stay, type StayEntry, stayEntry, staysOf } from '../kit/stays/stay.ts'
import type { ReferenceView } from '../reference.ts'
import { hasBudgetAhead } from './fnd-05.quota.ts'
import { type Change, type Column, type Counts, type Evidence, type Params, TOPIC } from './fnd-05.terms.ts'

interface StayWord extends StayEntry {
  /** At the begin; `null` where the date of birth is not known. */
  readonly age: number | null
  /** Of the payment group; `null` where it is not known. */
  readonly weight: number | null
  /** Empty where the event does not tell. */
  readonly insutype: string
  /** Of a hospital with a budget; of others only who came there is asked for. */
  readonly counted: boolean
}

/** A person's stays, and what has been told of each: institution, day, column and insurance type, and how much. */
interface Person {
  readonly words: readonly StayWord[]
  readonly told: Readonly<Record<string, number>>
}

/** 医嘱转院, 非医嘱离院. */
const SENT_AWAY = new Set(['2', '4'])
const STAYS_KEPT = 180 * DAY

/** Hospitals without a budget cannot exceed it. */
function hasBudget(event: Visit | Admission | Discharge, context: Context<Params>): boolean {
  return hasBudgetAhead(event.fixmedins_code, timeOf(event), context)
}

function wordOf(event: Visit | Admission | Discharge, context: Context<Params>): StayWord | undefined {
  const { reference } = context
  const entry = stayEntry(event)
  if (!entry) return undefined
  const brdy = event.kind === 'discharge' ? undefined : event.brdy
  const age = brdy === undefined ? null : completedYears(brdy, dayOf(entry.begntime ?? entry.at))
  const weight = weightOf(event, entry, reference) ?? null
  const insutype = event.kind === 'discharge' ? '' : event.insutype
  return { ...entry, age, weight, insutype, counted: hasBudget(event, context) }
}

/** Groups have weights of their own in each pooling area; `undefined` where the stay goes on or nobody knows its group. */
function weightOf(event: Visit | Admission | Discharge, { mid, begntime, at }: StayEntry, reference: ReferenceView) {
  if (event.kind !== 'settlement' || mid || event.drg_code === '') return undefined
  return reference.find('drg', event.drg_code, begntime ?? at, event)?.row.weight || undefined
}

/** What a person's stays mean for the days of the hospitals: `institution|day|column|insurance` to how much. */
function meaningOf(words: readonly StayWord[], { old_years, back_days }: Params): Record<string, number> {
  const meaning: Record<string, number> = {}
  const counted = words.filter((word) => word.counted)
  const stays = staysOf(counted)
  const everywhere = counted.length === words.length ? stays : staysOf(words)
  const put = (code: string, day: Day, insutype: string, counts: Counts) => {
    for (const [column, value] of Object.entries(counts)) {
      const key = `${code}|${day}|${column}|${insutype}`
      meaning[key] = (meaning[key] ?? 0) + value
    }
  }
  for (const stay of stays) {
    const told = counted.filter(({ mdtrt_id }) => mdtrt_id === stay.mdtrt_id)
    const insutype = told.findLast((word) => word.insutype !== '')?.insutype ?? ''
    const age = told.find((word) => word.age !== null)?.age ?? undefined
    const old = age === undefined ? {} : { aged: 1, old: age >= old_years ? 1 : 0 }
    put(stay.fixmedins_code, dayOf(stay.begntime), insutype, { admitted: 1, ...old })
    if (stay.endtime === undefined) continue
    const weight = told.find((word) => word.weight !== null)?.weight ?? undefined
    const weighed = weight === undefined ? {} : { weighed: 1, weight }
    put(stay.fixmedins_code, dayOf(stay.endtime), insutype, {
      discharged: 1,
      sent_away: SENT_AWAY.has(stay.dscg_way) ? 1 : 0,
      back_elsewhere: isBackElsewhere(stay, everywhere, back_days) ? 1 : 0,
      ...weighed,
    })
  }
  return meaning
}

function isBackElsewhere({ endtime, fixmedins_code }: Stay, stays: readonly Stay[], days: number): boolean {
  return stays.some((next) => {
    const later = dayOf(next.begntime) - dayOf(endtime!)
    return next.fixmedins_code !== fixmedins_code && next.begntime >= endtime! && later <= days
  })
}

/** Who was admitted where, and what became of it; told to the hospitals as changes of their days. */
export const persons: Part<Visit | Admission | Discharge, Person, Evidence, Params> = {
  name: 'STAYS',
  on: ['settlement', 'admission', 'discharge'],
  space: 'person',
  root: ({ psn_no }) => psn_no,
  key: () => '',
  memoryless: false,
  concerns(event, context) {
    if (event.kind === 'settlement' && !isInpatient(event.med_class)) return false
    // Who was refused may come to any hospital.
    return event.kind !== 'discharge' || hasBudget(event, context)
  },
  form: {
    pack: ({ words, told }) => [
      words.map((word) => [STAY_FORM.pack(word), word.age, word.weight, word.insutype, ...(word.counted ? [] : [0])]),
      told,
    ],
    unpack: ([words, told]: [[unknown, number | null, number | null, string, 0?][], Record<string, number>]) => ({
      words: words.map(([entry, age, weight, insutype, mark]) => ({
        ...STAY_FORM.unpack(entry),
        ...{ age, weight, insutype },
        counted: mark === undefined,
      })),
      told,
    }),
  },
  initial: () => ({ words: [], told: {} }),
  onEvent(person, event, context) {
    const word = wordOf(event, context)
    if (!word) return UNCHANGED
    return retold(person, [...person.words.filter(({ id }) => id !== word.id), word].sort(inTime), context)
  },
  onVoid(person, original, context) {
    const { setl_id } = original as Visit
    const words = person.words.filter(({ id }) => id !== setl_id)
    return words.length === person.words.length ? UNCHANGED : retold(person, words, context)
  },
}

function timeOf(event: Visit | Admission | Discharge): Instant {
  if (event.kind === 'settlement') return event.setl_time
  return event.kind === 'admission' ? event.begntime : event.endtime
}

/** All that is known of the stays of which something is told since then: of a part of it a stay would look as if it had not been. */
function lasting(words: readonly StayWord[], since: Day): readonly StayWord[] {
  const stays = new Set(words.filter((word) => dayOf(word.at) >= since).map(({ mdtrt_id }) => mdtrt_id))
  return words.filter(({ mdtrt_id }) => stays.has(mdtrt_id))
}

function retold({ told: before }: Person, all: readonly StayWord[], { at, params }: Context<Params>): Step<Person, Evidence> {
  const newest = all.at(-1)?.at ?? at
  const since = dayOf(newest - STAYS_KEPT)
  const words = lasting(all, since)
  const told = meaningOf(words, params)
  const changes = new Map<string, Change[]>()
  for (const key of new Set([...Object.keys(before), ...Object.keys(told)])) {
    const change = (told[key] ?? 0) - (before[key] ?? 0)
    const [code, day, column, insutype] = key.split('|') as [string, string, Column, string]
    // Of stays long over nothing new is told: what was said of them stays.
    if (change === 0 || Number(day) < since) continue
    changes.set(code, [...(changes.get(code) ?? []), [Number(day), column, change, insutype]])
  }
  const tells = [...changes].map(([of, values]): Told => {
    return { kind: 'told', topic: TOPIC, of, period: '', at, admdvs: '', values }
  })
  if (words.length === 0) return { state: undefined, tells }
  return { state: { words, told }, tells, forgetAt: newest + STAYS_KEPT }
}
