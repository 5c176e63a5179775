import type { FeeLine } from '../../schemas/events.ts'
import type { Visit } from '../detector.ts'
import type { ReferenceView } from '../reference.ts'
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
