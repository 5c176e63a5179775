import { fenOf, yuan } from '../../schemas/money.ts'
import type { Row } from './table.ts'

/**
 * Rows of Synthea as our events. What Synthea does not say is left out, except the two constants below, which the door
 * demands and on which no detector may judge.
 */
const INSUTYPE = '399'
const INSU_ADMDVS = '999900'

const GEND: Readonly<Record<string, string>> = { M: '1', F: '2' }
const MED_TYPE: Readonly<Record<string, string>> = { emergency: '13', inpatient: '21' }
const OUTPATIENT = '11'
const DIAGNOSES = [1, 2, 3, 4, 5, 6, 7, 8]

export function institutionOf(organization: Row): object {
  const { Id, NAME, LON, LAT } = organization
  return { kind: 'reference', table: 'institution', id: Id, row: { name: NAME, lon: Number(LON), lat: Number(LAT) } }
}

export function personOf(patient: Row): object {
  const { Id, GENDER, BIRTHDATE, DEATHDATE } = patient
  const row = { gend: GEND[GENDER!], brdy: BIRTHDATE, death_date: DEATHDATE || undefined }
  return { kind: 'reference', table: 'person', id: Id, row }
}

/** What a claim is settled with. */
export interface ClaimContext {
  readonly claim: Row
  /** Absent where the export lost it: the door will then say what is missing. */
  readonly encounter: Row | undefined
  readonly patient: Row | undefined
  /** Transactions of type CHARGE. */
  readonly charges: readonly Row[]
  /** The payer's share of a visit stands on its first claim. */
  readonly isFirstOfVisit: boolean
}

export function settlementOf({ claim, encounter, patient, charges, isFirstOfVisit }: ClaimContext): object {
  const total = charges.reduce((sum, { AMOUNT }) => sum + fenOf(AMOUNT!), 0)
  const coverage = encounter && isFirstOfVisit ? fenOf(encounter.PAYER_COVERAGE!) : 0
  const fund = Math.min(coverage, total)
  return {
    kind: 'settlement',
    setl_id: claim.Id,
    mdtrt_id: claim.APPOINTMENTID,
    psn_no: claim.PATIENTID,
    gend: patient && GEND[patient.GENDER!],
    brdy: patient?.BIRTHDATE,
    insutype: INSUTYPE,
    insu_admdvs: INSU_ADMDVS,
    fixmedins_code: encounter?.ORGANIZATION,
    med_type: encounter && (MED_TYPE[encounter.ENCOUNTERCLASS!] ?? OUTPATIENT),
    setl_time: claim.LASTBILLEDDATE1,
    begntime: claim.SERVICEDATE,
    // Without it a stay would be open for ever.
    endtime: encounter?.STOP,
    medfee_sumamt: yuan(total),
    fund_pay_sumamt: yuan(fund),
    psn_part_amt: yuan(total - fund),
    diseinfo: DIAGNOSES.flatMap((number) => {
      const diag_code = claim[`DIAGNOSIS${number}`]
      return diag_code ? [{ diag_srt_no: number, diag_code }] : []
    }),
    feedetail: charges.map(lineOf),
  }
}

function lineOf({ ID, PROCEDURECODE, NOTES, UNITS, UNITAMOUNT, AMOUNT, FROMDATE }: Row): object {
  return {
    feedetl_sn: ID,
    fee_ocur_time: FROMDATE,
    med_list_codg: PROCEDURECODE,
    med_list_name: NOTES,
    cnt: Number(UNITS),
    pric: Number(UNITAMOUNT),
    det_item_fee_sumamt: Number(AMOUNT),
  }
}
