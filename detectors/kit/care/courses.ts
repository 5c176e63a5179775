import type { Visit } from '../../detector.ts'
import { mainDiagnosis } from './main-diagnosis.ts'

const DIALYSIS_TAGS = new Set(['hemodialysis', 'crrt', 'perfusion'])
const KIDNEY_FAILURE = 'N18'
/** Radiotherapy and chemotherapy sessions. */
const SESSIONS = ['Z51.0', 'Z51.1']
const REHABILITATION = 'Z50'
/** 中医主病诊断, 中医主证诊断. */
const TCM_DIAGNOSES = new Set(['2', '3'])

function hasTag({ items }: Visit, isOne: (tag: string) => boolean): boolean {
  for (const item of items) if (item?.tags?.some(isOne)) return true
  return false
}

/** Dialysis items, or chronic kidney failure as the main diagnosis (clarifications, MGT-09). */
export function isDialysis(visit: Visit): boolean {
  return mainDiagnosis(visit).startsWith(KIDNEY_FAILURE) || hasDialysis(visit)
}

/** Dialysis items: a stay with sick kidneys is none of a cycle unless it was for this (detectors 2.4). */
export function hasDialysis(visit: Visit): boolean {
  return hasTag(visit, (tag) => DIALYSIS_TAGS.has(tag))
}

export function isTherapySession({ diseinfo }: Visit): boolean {
  return diseinfo.some(({ diag_code }) => isSessionCode(diag_code))
}

export function isSessionCode(diag_code: string): boolean {
  return SESSIONS.some((session) => diag_code.startsWith(session))
}

/** Whether the visit is one of a course of treatment that brings people again and again. */
export function isOfCourse(visit: Visit): boolean {
  if (isTherapySession(visit) || isDialysis(visit)) return true
  if (mainDiagnosis(visit).startsWith(REHABILITATION)) return true
  return visit.diseinfo.some(({ diag_type }) => TCM_DIAGNOSES.has(diag_type)) || hasTag(visit, (tag) => tag === 'physio')
}
