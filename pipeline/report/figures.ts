import { regionPrefix } from '../../detectors/reference.ts'
import { isInpatient, MED_CLASSES, type MedClass, nationalMedClass } from '../../schemas/med-class.ts'
import type { Fen } from '../../schemas/money.ts'
import type { Store } from '../store/store.ts'
import { instantsOf, type Period } from './periods.ts'

/** What pays besides the pooled fund; the whole is `fund`. */
const FUNDS = ['cvlserv_pay', 'hifes_pay', 'hifmi_pay', 'hifob_pay', 'maf_pay', 'hifdm_pay', 'oth_pay'] as const
export const FUND_SPLIT = ['hifp_pay', ...FUNDS] as const

/** Sums over the valid settlements of a period and place. Money is fen. */
export interface Figures {
  readonly settlements: number
  readonly persons: number
  readonly medfee: Fen
  readonly fund: Fen
  readonly split: Readonly<Record<(typeof FUND_SPLIT)[number], Fen>>
  readonly account: Fen
  readonly personal: Fen
  readonly inpatient_fee: Fen
  readonly discharges: number
  readonly inpatients: number
  readonly stay_days: number
  /** Inpatient care under the employees' insurance. */
  readonly employee_fund: Fen
  readonly employee_in_policy: Fen
  readonly employees: number
}

interface Row extends Omit<Figures, 'split'> {
  readonly hifp_pay: Fen
}

const EMPLOYEES = '310'

/** Latest rows of a reference table by id. */
const latest = (table: string, column: string) =>
  `SELECT id, argMax(JSONExtractString(row, '${column}'), version) AS ${column} FROM reference_row
   WHERE \`table\` = '${table}' GROUP BY id HAVING NOT argMax(deleted, version)`

/** A field of the event that has no column of its own: a number or a string, or nothing. */
const field = (name: string) => `trim(BOTH '"' FROM JSONExtractRaw(raw, '${name}'))`

/** Settlements of the period that no void has taken back, each with its place of treatment. */
const VALID = `
  SELECT s.*, if(s.mdtrt_admdvs = '', i.admdvs, s.mdtrt_admdvs) AS place
  FROM settlement AS s LEFT JOIN (${latest('institution', 'admdvs')}) AS i ON i.id = s.fixmedins_code
  WHERE s.setl_time >= fromUnixTimestamp64Milli({from:Int64}) AND s.setl_time < fromUnixTimestamp64Milli({until:Int64})
    AND (s.setl_id, s.psn_no) NOT IN (SELECT orig_setl_id, psn_no FROM void)`

/** What admission and discharge have told of the stays that are settled in the period; of a correction, what came last. */
const lastOf = (kind: string) => `if(countIf(kind = '${kind}') = 0, NULL, argMaxIf(time, (batch, time), kind = '${kind}'))`
const STAYS = `
  SELECT psn_no AS patient, mdtrt_id AS stay_id, ${lastOf('admission')} AS admitted, ${lastOf('discharge')} AS discharged
  FROM stay_event WHERE (psn_no, mdtrt_id) IN (
    SELECT psn_no, mdtrt_id FROM settlement
    WHERE setl_time >= fromUnixTimestamp64Milli({from:Int64}) AND setl_time < fromUnixTimestamp64Milli({until:Int64}))
  GROUP BY psn_no, mdtrt_id`

const IN_SCOPE = "({scope:String} = '' OR startsWith(place, {scope:String}) OR startsWith(insu_admdvs, {scope:String}))"

const fen = (amount: string) => `toInt64(ifNull(${amount}, 0) * 100)`

const SUMS = `
  SELECT count() AS settlements, uniqExact(psn_no) AS persons,
    ${fen('sum(medfee_sumamt)')} AS medfee, ${fen('sum(fund_pay_sumamt)')} AS fund, ${fen('sum(hifp_pay)')} AS hifp_pay,
    ${fen('sum(acct_pay)')} AS account, ${fen('sum(psn_part_amt)')} AS personal,
    ${fen('sumIf(medfee_sumamt, inpatient)')} AS inpatient_fee,
    uniqExactIf(visit, ended) AS discharges, uniqExactIf(psn_no, ended) AS inpatients,
    sumIf(greatest(1, ifNull(dateDiff('day', began, finished), 1)), ended) AS stay_days,
    ${fen('sumIf(fund_pay_sumamt, employee)')} AS employee_fund,
    ${fen('sumIf(inscp_scp_amt, employee)')} AS employee_in_policy,
    uniqExactIf(psn_no, employee) AS employees,
    ${FUNDS.map((name) => `${fen(`sum(${name})`)} AS ${name}`).join(', ')}
  FROM (
    SELECT v.*, e.*, if(mdtrt_id = '', setl_id, mdtrt_id) AS visit,
      -- The event beats the header (contract, "A stay").
      ifNull(admitted, begntime) AS began, ifNull(discharged, endtime) AS finished,
      concat(place, '|', med_type) IN {inpatient:Array(String)} AS inpatient,
      inpatient AND e.mid != '1' AS ended, inpatient AND insutype = '${EMPLOYEES}' AS employee
    FROM (${VALID}) AS v LEFT JOIN (
      SELECT id, ${field('mid_setl_flag')} AS mid,
        ${FUNDS.map((name) => `toDecimal64OrZero(${field(name)}, 2) AS ${name}`).join(', ')}
      FROM raw_event WHERE kind = 'settlement'
        AND event_time >= fromUnixTimestamp64Milli({from:Int64}) AND event_time < fromUnixTimestamp64Milli({until:Int64})
    ) AS e ON e.id = v.setl_id
    LEFT JOIN (${STAYS}) AS stay ON patient = v.psn_no AND stay_id = v.mdtrt_id
  ) WHERE ${IN_SCOPE}`

/** Sums the period up. `scope` is a region; `''` is everywhere. */
export async function figuresOf(store: Store, period: Period, scope: string): Promise<Figures> {
  const range = instantsOf(period)
  const kinds = await store.query<{ place: string; med_type: string }>(`SELECT DISTINCT place, med_type FROM (${VALID})`, range)
  const classOf = await classesIn(store)
  const inpatient = kinds
    .filter(({ place, med_type }) => isInpatient(classOf(place, med_type)))
    .map(({ place, med_type }) => `${place}|${med_type}`)
  const params = { ...range, scope: regionPrefix(scope), inpatient }
  const [row] = await store.query<Row & Record<string, number>>(SUMS, params)
  const split = Object.fromEntries(FUND_SPLIT.map((name) => [name, row![name]])) as Figures['split']
  return {
    settlements: row!.settlements,
    persons: row!.persons,
    medfee: row!.medfee,
    fund: row!.fund,
    split,
    account: row!.account,
    personal: row!.personal,
    inpatient_fee: row!.inpatient_fee,
    discharges: row!.discharges,
    inpatients: row!.inpatients,
    stay_days: row!.stay_days,
    employee_fund: row!.employee_fund,
    employee_in_policy: row!.employee_in_policy,
    employees: row!.employees,
  }
}

/** The province's own map of `med_type`, longest prefix first, else the national stems. */
async function classesIn(store: Store): Promise<(place: string, medType: string) => MedClass> {
  const rows = await store.query<{ id: string; med_class: string }>(latest('med_type_map', 'med_class'))
  const map = new Map(rows.map(({ id, med_class }) => [id, med_class as MedClass]))
  return (place, medType) => {
    for (let length = place.length; length >= 0; length -= 2) {
      const mapped = map.get(`${place.slice(0, length)}:${medType}`)
      if (mapped && MED_CLASSES.includes(mapped)) return mapped
    }
    return nationalMedClass(medType)
  }
}
