import type { Calendar } from './calendar.ts'
import type { Person } from './person.ts'
import type { Settlement } from './settlement.ts'
import type { Stay } from './ward.ts'

/** The small events of a stay and of a reversal, as lines of the wire. */

interface StayFacts {
  readonly mdtrt_id: string
  readonly person: Person
  readonly stay: Stay
  readonly med_type: string
  /** Code of the diagnosis at admission. */
  readonly admitted_for: string
}

export function admissionLine(facts: StayFacts, calendar: Calendar): string {
  const { person, stay } = facts
  return (
    `{"kind":"admission","mdtrt_id":"${facts.mdtrt_id}","psn_no":"${person.psn_no}","insutype":"${person.insutype}"` +
    `,"fixmedins_code":"${stay.institution.code}","med_type":"${facts.med_type}","begntime":"${calendar.text(stay.begntime)}"` +
    `,"insu_admdvs":"${person.insu_admdvs}","brdy":"${person.brdy}","gend":"${person.gend}","atddr_no":"${stay.doctor.code}"` +
    `,"adm_dept_codg":"${stay.doctor.dept}","adm_bed":"${stay.doctor.dept}-${(stay.begntime % 60) + 1}"` +
    `,"dscg_maindiag_code":"${facts.admitted_for}"}`
  )
}

interface DischargeFacts {
  readonly mdtrt_id: string
  readonly person: Person
  readonly fixmedins_code: string
  readonly endtime: number
  readonly dscg_way: string
}

/** 离院方式 5 is death, on the day of the discharge. */
export function dischargeLine(facts: DischargeFacts, calendar: Calendar): string {
  const end = calendar.text(facts.endtime)
  return (
    `{"kind":"discharge","mdtrt_id":"${facts.mdtrt_id}","psn_no":"${facts.person.psn_no}","insutype":"${facts.person.insutype}"` +
    `,"fixmedins_code":"${facts.fixmedins_code}","endtime":"${end}","dscg_way":"${facts.dscg_way}"` +
    `,"die_date":"${facts.dscg_way === '5' ? end.slice(0, 10) : ''}"}`
  )
}

export function voidLine(of: Settlement, setl_id: string, at: number, calendar: Calendar): string {
  return (
    `{"kind":"void","setl_id":"${setl_id}","orig_setl_id":"${of.setl_id}","psn_no":"${of.person.psn_no}"` +
    `,"fixmedins_code":"${of.institution.code}","setl_time":"${calendar.text(at)}"}`
  )
}
