import { DAY, type Day, dayOf, parseDay, startOfDay } from '../../schemas/time.ts'
import { type Context, type Part, type Reversal, type Step, type Told, UNCHANGED, type Visit } from '../detector.ts'
import { NOTHING_HOLDS } from '../kit/parts/window.ts'
import { countyOf } from '../kit/plain/county.ts'
import { FORM } from './ano-15.form.ts'
import {
  CLOSED,
  CLOSES,
  type Closed,
  type Evidence,
  type InstitutionDay,
  OUTAGE,
  type Params,
  told,
  type Voided,
} from './ano-15.terms.ts'
import { findingOn, isOften, settlementsOf } from './ano-15.verdict.ts'

const KEPT = 3 * DAY
const REGION_DIGITS = 4

function dayIn(event: Visit | Reversal | Told): Day {
  if (event.kind === 'told') return parseDay(event.period)
  return dayOf(event.kind === 'reversal' ? event.reversal.setl_time : event.setl_time)
}

function voidedIn({ reversal, visit }: Reversal): Voided {
  const { setl_id: id, setl_time: at, psn_no, fund_pay_sumamt: fund, admdvs } = visit
  return { id, at, voided: reversal.setl_time, psn_no, opter: reversal.opter ?? '', fund, admdvs }
}

function judged(memory: InstitutionDay, { root, params, watermark }: Context<Params>): Step<InstitutionDay, Evidence> {
  const { day, settled, voids } = memory
  if (settled === 0 && voids.length === 0) return { state: undefined, holds: NOTHING_HOLDS }
  const wakeAt = startOfDay(day + 1) + CLOSES
  const forgetAt = wakeAt + KEPT
  if (watermark < wakeAt) return { state: memory, wakeAt, forgetAt }
  const finding = findingOn(root, memory, params)
  return { state: memory, holds: finding ? [finding] : NOTHING_HOLDS, forgetAt }
}

/** The day is over: who was busy enough to take back many tells the region whether it did. */
function closed(memory: InstitutionDay, context: Context<Params>): Step<InstitutionDay, Evidence> {
  const { root, at, params, reference } = context
  const step = judged(memory, context)
  if (settlementsOf(memory) < params.voids) return step
  const region = (reference.find('institution', root, at)?.row.admdvs || countyOf(root)).slice(0, REGION_DIGITS)
  const values: Closed = { region, often: isOften(memory, params) }
  return { ...step, tells: [told(CLOSED, root, memory.day, at, values)] }
}

/** A day of an institution: its settlements, and those that were taken back on it. */
export const dayPart: Part<Visit | Reversal | Told, InstitutionDay, Evidence, Params> = {
  name: '',
  on: ['settlement', 'reversal', 'told'],
  hears: [OUTAGE],
  space: 'institution',
  root: (event) => {
    if (event.kind === 'told') return event.topic === OUTAGE ? event.of : ''
    return event.kind === 'reversal' ? event.visit.fixmedins_code : event.fixmedins_code
  },
  key: (event) => String(dayIn(event)),
  memoryless: false,
  owned: true,
  form: FORM,
  initial: () => ({ day: 0, settled: 0, voids: [] }),
  onEvent(known, event, context) {
    const memory: InstitutionDay = known.day === 0 ? { day: dayIn(event), settled: 0, voids: [] } : known
    if (event.kind === 'told') memory.outage = true
    else if (event.kind === 'reversal') memory.voids.push(voidedIn(event))
    else memory.settled++
    return judged(memory, context)
  },
  /** What is taken back on its own day is counted among the voids of the day, what is taken back later remains a settlement. */
  onVoid(memory, original, context) {
    if (dayOf(context.at) !== memory.day || original.kind !== 'settlement') return UNCHANGED
    memory.settled--
    return judged(memory, context)
  },
  onTime: closed,
}
