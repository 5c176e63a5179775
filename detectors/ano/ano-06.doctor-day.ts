import type { Fen } from '../../schemas/money.ts'
import { dayOf, type Instant, MINUTE, startOfDay } from '../../schemas/time.ts'
import type { DoctorVisit, Form, Visit } from '../detector.ts'
import { isAtAgency } from '../kit/bills/at-agency.ts'
import type { Site } from '../kit/bills/finding.ts'
import { packSite, packTime, unpackSite, unpackTime } from '../kit/parts/packed.ts'
import type { Entry } from '../kit/parts/window.ts'
import type { ReferenceView } from '../reference.ts'

/** One outpatient settlement as work of its doctor. */
export interface Worked extends Entry, Site {
  readonly fund: Fen
  /** Traditional Chinese medicine, where visits are shorter. */
  readonly tcm: boolean
  /** Vaccination is queued for, not consulted on: it does not count as a visit. */
  readonly vaccination: boolean
  /** When the visit ended, where it was settled long after. */
  readonly ended?: Instant
}

/** From the doctor to the counter at which the visit is settled. */
const TO_THE_COUNTER = 10 * MINUTE
const OUTPATIENT = new Set(['OP', 'ER', 'CHRONIC', 'MAT_OP'])
/** 中医科, 民族医学科, 中西医结合科; an institution's specialty may be told in English. */
const TCM = /^A5[0-2]|中医|民族医|\btcm\b|traditional chinese/i
/** A code of the national list, or a name: which department it is can be told. */
const DEPARTMENT = /^A\d\d|科/
/** 中医主病诊断, 中医主证诊断. */
const TCM_DIAGNOSES = new Set(['2', '3'])
/** 中医特色门诊. */
const TCM_MED_TYPE = /^16/
/** 中药饮片. */
const HERBS = '102'

export const WORKED_FORM: Form<Worked> = {
  pack(visit) {
    const { id, at, fund, tcm, vaccination, ended } = visit
    const packed = [id, packTime(at), packSite(visit), fund]
    if (ended !== undefined) return [...packed, tcm, vaccination, packTime(ended)]
    return tcm || vaccination ? [...packed, tcm, vaccination] : packed
  },
  unpack([id, at, site, fund, tcm = false, vaccination = false, ended]) {
    const visit = { id, at: unpackTime(at), fund, tcm, vaccination, ...unpackSite(site) }
    return ended === undefined ? visit : { ...visit, ended: unpackTime(ended) }
  },
}

/** Not so settlements that are no consultation: stays are settled at a desk, prescriptions filled at a counter, old bills at the agency. */
export function isConsultation({ visit }: DoctorVisit): boolean {
  return OUTPATIENT.has(visit.med_class) && !isAtAgency(visit)
}

export function isVaccination({ visit }: DoctorVisit): boolean {
  for (const item of visit.items) if (item?.tags?.includes('vaccination')) return true
  return false
}

export function worked(event: DoctorVisit, reference: ReferenceView): Worked {
  const { doctor, visit } = event
  const { setl_id: id, setl_time: at, fixmedins_code, admdvs, fund_pay_sumamt: fund } = visit
  const tcm = isTcm(visit, doctor, at, reference)
  const work = { id, at, fixmedins_code, admdvs, fund, tcm, vaccination: isVaccination(event) }
  const { endtime: ended } = visit
  const isSettledLater = ended !== undefined && at - ended > TO_THE_COUNTER && ended !== startOfDay(dayOf(ended))
  return isSettledLater ? { ...work, ended } : work
}

/**
 * By the visit's kind, diagnoses, herbs or departments, else by what is known of the doctor. A hospital of Chinese medicine has
 * western departments too: its specialty decides alone only where no department is told, of the visit or of the doctor.
 */
function isTcm(visit: Visit, doctor: string, at: Instant, reference: ReferenceView): boolean {
  if (visit.diseinfo.some(({ diag_type }) => TCM_DIAGNOSES.has(diag_type))) return true
  if (TCM_MED_TYPE.test(visit.med_type) || TCM.test(visit.adm_dept_codg)) return true
  let asked = ''
  let isTold = DEPARTMENT.test(visit.adm_dept_codg)
  for (const { bilg_dept_codg, list_type } of visit.feedetail) {
    if (list_type === HERBS) return true
    if (bilg_dept_codg === asked) continue
    asked = bilg_dept_codg
    if (TCM.test(asked)) return true
    isTold ||= DEPARTMENT.test(asked)
  }
  const { title, depts } = reference.find('doctor', doctor, at)?.row ?? {}
  if (TCM.test(title ?? '') || (depts ?? []).some((name) => TCM.test(name))) return true
  if (isTold || (depts ?? []).some((name) => DEPARTMENT.test(name))) return false
  return TCM.test(reference.find('institution', visit.fixmedins_code, at)?.row.specialty ?? '')
}
