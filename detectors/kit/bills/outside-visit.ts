import type { FeeLine } from '../../../schemas/events.ts'
import type { MedClass } from '../../../schemas/med-class.ts'
import { dayOf, HOUR, type Instant } from '../../../schemas/time.ts'
import type { Visit } from '../../detector.ts'
import type { ReferenceView } from '../../reference.ts'
import { latestBegin, type Stay } from '../stays/stay.ts'
import { doctorOf } from './prescriber.ts'

const NOBODY: readonly string[] = []

/** The hospitals that prescribed every one of the lines, to be filled outside (`rx_circ_flag` 1). */
export function prescribedBy(visit: Visit, lines: readonly FeeLine[], reference: ReferenceView): readonly string[] {
  if (lines.some((line) => line.rx_circ_flag !== '1')) return NOBODY
  const hospitals = lines.map((line) => reference.find('doctor', doctorOf(visit, line), visit.setl_time)?.row.institutions ?? [])
  return hospitals[0]?.filter((code) => hospitals.every((codes) => codes.includes(code))) ?? NOBODY
}

/** 诊察费, 一般诊疗费, 挂号费: whoever comes to be examined pays them too. */
const FEES = new Set(['02', '12', '13'])

/** What a ward did not send out for examination (`etip_flag` 1); the fee for being seen there comes with it. */
export function notSentOut(lines: readonly FeeLine[]): readonly FeeLine[] {
  const others = lines.filter((line) => line.etip_flag !== '1')
  const wasSent = others.length < lines.length
  return wasSent ? others.filter((line) => !FEES.has(line.med_chrgitm_type)) : others
}

/** ER and MAT_OP count like OP (clarifications, 2.5b). */
const VISITS = new Set<MedClass>(['OP', 'ER', 'MAT_OP', 'CHRONIC'])
/** What is settled within it is settled at once. */
const AT_ONCE = HOUR

export function isOutpatientVisit(med_class: MedClass): boolean {
  return VISITS.has(med_class)
}

/** A purchase is paid where it is made; the bill of a visit may be paid later, and by the family. */
export function doneBefore({ med_class, setl_time }: Visit, lines: readonly FeeLine[]): Instant | undefined {
  if (lines.length === 0 || !isOutpatientVisit(med_class)) return undefined
  const last = Math.max(...lines.map(({ fee_ocur_time }) => fee_ocur_time))
  return last < setl_time - AT_ONCE ? last : undefined
}

interface Outside {
  readonly at: Instant
  readonly emergency: boolean
  /** When the last of it was done, where that was long before it was settled. */
  readonly done: Instant | undefined
}

/**
 * Whether the visit led into the stay: the emergency room on the day of the admission, or what was all done before and only
 * paid during the stay. Nobody left the bed for it.
 */
export function isWayIn({ at, emergency, done }: Outside, { begntime }: Stay): boolean {
  if (done !== undefined && done < latestBegin(begntime)) return true
  return emergency && dayOf(at) === dayOf(begntime)
}
