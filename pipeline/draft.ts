/** A draft settlement as it comes. */
export type Draft = Readonly<Record<string, unknown>>

type Row = Readonly<Record<string, unknown>>

/** What call 3101 asks: settlements of ours, the rules it wants to hear of, and its own number. */
export interface Call {
  readonly drafts: readonly Draft[]
  readonly rule_ids: readonly string[] | undefined
  readonly task_id: string
}

/** Whether this is the input of the official in-line audit call 3101 (data standard 1.8), in its envelope or without. */
export function isCall(body: Draft): boolean {
  return Array.isArray(dataOf(body).patient_dtos)
}

/** Each patient's present encounter as a draft; earlier encounters are known from memory. */
export function draftsOfCall(body: Draft): Call {
  const data = dataOf(body)
  const rules = rowOf(data).rule_ids
  return {
    drafts: rowsOf(data.patient_dtos).flatMap(presentEncounters),
    rule_ids: Array.isArray(rules) && rules.length > 0 ? rules.map(String) : undefined,
    task_id: String(data.task_id ?? ''),
  }
}

function presentEncounters(patient: Row): Draft[] {
  const { curr_mdtrt_id } = patient
  const encounters = rowsOf(patient.fsi_encounter_dtos)
  const present = encounters.filter(({ mdtrt_id }) => !curr_mdtrt_id || mdtrt_id === curr_mdtrt_id)
  return present.map((encounter) => draftOf(patient, encounter))
}

function draftOf(patient: Row, encounter: Row): Draft {
  const orders = rowsOf(encounter.fsi_order_dtos).filter(({ curr_drord_flag }) => String(curr_drord_flag ?? '1') !== '0')
  const total = Number(orders.reduce((sum, { sumamt }) => sum + Number(sumamt ?? 0), 0).toFixed(2))
  return {
    ...{ psn_no: patient.patn_id, gend: patient.gend, brdy: dayOf(patient.brdy), insu_admdvs: patient.poolarea },
    ...{ mdtrt_id: encounter.mdtrt_id, fixmedins_code: encounter.medins_id, med_type: encounter.med_type },
    ...{ insutype: encounter.insutype, begntime: encounter.adm_date, endtime: encounter.dscg_date },
    medfee_sumamt: encounter.medfee_sumamt ?? total,
    // Not priced yet: all of it is at stake.
    fund_pay_sumamt: encounter.fund_pay_sumamt ?? total,
    diseinfo: diagnosesOf(encounter),
    drug_trac_info: encounter.drug_trac_info,
    feedetail: orders.map(lineOf),
    oprninfo: rowsOf(encounter.fsi_operation_dtos).map((operation) => ({
      oprn_oprt_code: operation.oprn_oprt_code ?? operation.oprn_code,
      oprn_oprt_date: operation.oprn_oprt_date ?? operation.oprn_date,
    })),
  }
}

function lineOf(order: Row, index: number): Row {
  return {
    ...{ feedetl_sn: order.rx_id ?? String(index + 1), rxno: order.rxno, fee_ocur_time: order.drord_begn_date },
    ...{ med_list_codg: order.hilist_code, list_type: order.hilist_type, med_chrgitm_type: order.chrg_type },
    ...{ cnt: order.cnt, pric: order.pric, det_item_fee_sumamt: order.sumamt, bilg_dr_codg: order.drord_dr_codg },
    // The call has no names for these; whoever says more says it in the words of a fee line.
    ...{ prd_days: order.prd_days, sin_dos_dscr: order.sin_dos_dscr, used_frqu_dscr: order.used_frqu_dscr },
  }
}

/** The call's own names of a diagnosis, or ours; without any, the main diagnosis of the encounter. */
function diagnosesOf(encounter: Row): Row[] {
  const told = rowsOf(encounter.fsi_diagnose_dtos).map((diagnosis) => ({
    diag_code: diagnosis.diag_code ?? diagnosis.dise_codg,
    diag_name: diagnosis.diag_name ?? diagnosis.dise_name,
    diag_srt_no: diagnosis.diag_srt_no ?? diagnosis.dias_srt_no,
    maindiag_flag: diagnosis.maindiag_flag ?? diagnosis.maindise_flag,
  }))
  const main = encounter.dscg_main_dise_codg
  return told.length > 0 || !main ? told : [{ diag_code: main, maindiag_flag: '1', diag_srt_no: 1 }]
}

function dataOf(body: Draft): Row {
  return rowOf(rowOf(body.input).data ?? body.data ?? body)
}

function dayOf(time: unknown): unknown {
  return typeof time === 'string' ? time.slice(0, 10) : time
}

function rowOf(value: unknown): Row {
  return typeof value === 'object' && value !== null ? (value as Row) : {}
}

function rowsOf(value: unknown): Row[] {
  return Array.isArray(value) ? value.map(rowOf) : []
}
