import type { Fen } from '../../schemas/money.ts'
import type { Instant } from '../../schemas/time.ts'
import type { DoctorVisit, Visit } from '../detector.ts'
import type { ReferenceView } from '../reference.ts'
import type { Entry } from './window.ts'

/** One outpatient settlement as work of its doctor. */
export interface Worked extends Entry {
  readonly doctor: string
  readonly fixmedins_code: string
  readonly admdvs: string
  readonly fund: Fen
  /** Traditional Chinese medicine, where visits are shorter. */
  readonly tcm: boolean
  /** Vaccination is queued for, not consulted on: it does not count as a visit. */
  readonly vaccination: boolean
}

const OUTPATIENT = new Set(['OP', 'ER', 'CHRONIC', 'MAT_OP'])
/** 中医科, 民族医学科, 中西医结合科. */
const TCM_DEPARTMENT = /^A5[0-2]|中医|民族医/
/** 中医主病诊断, 中医主证诊断. */
const TCM_DIAGNOSES = new Set(['2', '3'])

/** `undefined` for settlements that are no consultation: stays are settled at a desk, prescriptions filled at a counter. */
export function worked({ doctor, visit }: DoctorVisit, reference: ReferenceView): Worked | undefined {
  if (!OUTPATIENT.has(visit.med_class)) return undefined
  const { setl_id: id, setl_time: at, fixmedins_code, admdvs, fund_pay_sumamt: fund } = visit
  const vaccination = visit.feedetail.some(({ med_list_codg, fee_ocur_time }) =>
    reference.find('item', med_list_codg, fee_ocur_time)?.row.tags?.includes('vaccination'),
  )
  return { id, at, doctor, fixmedins_code, admdvs, fund, tcm: isTcm(visit, doctor, at, reference), vaccination }
}

/** By the visit's diagnoses or departments, else by what is known of the doctor. */
function isTcm(visit: Visit, doctor: string, at: Instant, reference: ReferenceView): boolean {
  if (visit.diseinfo.some(({ diag_type }) => TCM_DIAGNOSES.has(diag_type))) return true
  if (visit.feedetail.some(({ bilg_dept_codg }) => TCM_DEPARTMENT.test(bilg_dept_codg))) return true
  const { title, depts } = reference.find('doctor', doctor, at)?.row ?? {}
  return [title ?? '', ...(depts ?? [])].some((name) => TCM_DEPARTMENT.test(name))
}
