import { type Static, Type } from 'typebox'
import type { Settlement as SettlementEvent } from '../../../schemas/events.ts'
import { yuan } from '../../../schemas/money.ts'
import { createNormaliser, isFault } from '../../../schemas/normalise.ts'
import { formatDay, formatInstant } from '../../../schemas/time.ts'
import { AlertSummary } from '../../../schemas/wire.ts'
import type { Scope } from '../access/caller.ts'
import { maskNumber } from '../alerts/mask.ts'
import type { Records } from '../ports.ts'
import { placeSql } from './place.ts'
import { nameOf, registered } from './register.ts'

const MICRO = 1_000_000
const MAIN = '1'
const LINES_SHOWN = 5_000

const money = Type.Union([Type.Number({ description: 'yuan' }), Type.Null()])
const text = Type.String()

/** A whole settlement as people see it: the person masked, the birthday as an age. */
export const SettlementWhole = Type.Object({
  header: Type.Record(text, Type.Union([text, Type.Number(), Type.Null()])),
  institution_name: text,
  voided_by: Type.String({ description: 'the settlement that takes it back; empty where it stands' }),
  diagnoses: Type.Array(Type.Object({ code: text, name: text, type: text, main: Type.Boolean() })),
  operations: Type.Array(Type.Object({ code: text, time: text, doctor: text })),
  lines: Type.Array(
    Type.Object({
      feedetl_sn: text,
      med_list_codg: text,
      name: text,
      fee_ocur_time: text,
      cnt: Type.Number(),
      pric: Type.Number(),
      det_item_fee_sumamt: money,
      inscp_scp_amt: money,
      doctor: text,
      traces: Type.Array(Type.Object({ code: text, split: Type.Boolean() })),
    }),
  ),
  lines_count: Type.Integer(),
  loose_traces: Type.Array(Type.Object({ code: text, split: Type.Boolean() }), { description: 'of no line' }),
  alerts: Type.Array(AlertSummary),
  alert_lines: Type.Record(text, Type.Array(text), { description: 'alerts by the number of the line they name' }),
})
export type SettlementWhole = Omit<Static<typeof SettlementWhole>, 'alerts' | 'alert_lines'>

// Names and document numbers are pseudonyms in the store; here they are not even that.
const read = createNormaliser(() => '')

function yearsBetween(day: number, at: number): number {
  const [born, then] = [formatDay(day), formatInstant(at).slice(0, 10)]
  return Number(then.slice(0, 4)) - Number(born.slice(0, 4)) - (then.slice(5) < born.slice(5) ? 1 : 0)
}

const amount = (fen: number | undefined) => (fen === undefined ? null : yuan(fen))
const time = (at: number | undefined) => (at === undefined ? '' : formatInstant(at))

function headerOf(event: SettlementEvent): SettlementWhole['header'] {
  return {
    setl_id: event.setl_id,
    mdtrt_id: event.mdtrt_id,
    psn_no: maskNumber(event.psn_no),
    gend: event.gend,
    age: event.brdy === undefined ? null : yearsBetween(event.brdy, event.setl_time),
    psn_type: event.psn_type,
    insutype: event.insutype,
    insu_admdvs: event.insu_admdvs,
    mdtrt_admdvs: event.mdtrt_admdvs,
    fixmedins_code: event.fixmedins_code,
    med_type: event.med_type,
    setl_time: time(event.setl_time),
    begntime: time(event.begntime),
    endtime: time(event.endtime),
    chfpdr_code: event.chfpdr_code,
    adm_dept_codg: event.adm_dept_codg,
    dise_codg: event.dise_codg,
    drg_code: event.drg_code,
    dscg_way: event.dscg_way,
    medfee_sumamt: amount(event.medfee_sumamt),
    inscp_scp_amt: amount(event.inscp_scp_amt),
    fund_pay_sumamt: amount(event.fund_pay_sumamt),
    hifp_pay: amount(event.hifp_pay),
    psn_part_amt: amount(event.psn_part_amt),
    acct_pay: amount(event.acct_pay),
    psn_cash_pay: amount(event.psn_cash_pay),
  }
}

const traceOf = ({ drug_trac_codg, trdn_flag }: SettlementEvent['drug_trac_info'][number]) => {
  return { code: drug_trac_codg, split: trdn_flag === '1' }
}

function linesOf(event: SettlementEvent, nameOfItem: (code: string) => string): SettlementWhole['lines'] {
  const traces = new Map<string, { code: string; split: boolean }[]>()
  for (const trace of event.drug_trac_info) {
    const known = traces.get(trace.feedetl_sn)
    if (known) known.push(traceOf(trace))
    else traces.set(trace.feedetl_sn, [traceOf(trace)])
  }
  return event.feedetail.slice(0, LINES_SHOWN).map((line) => ({
    feedetl_sn: line.feedetl_sn,
    med_list_codg: line.med_list_codg,
    name: nameOfItem(line.med_list_codg),
    fee_ocur_time: time(line.fee_ocur_time),
    cnt: line.cnt,
    pric: line.pric / MICRO,
    det_item_fee_sumamt: amount(line.det_item_fee_sumamt),
    inscp_scp_amt: amount(line.inscp_scp_amt),
    doctor: line.bilg_dr_codg,
    traces: traces.get(line.feedetl_sn) ?? [],
  }))
}

/** Names that the event itself brings; the register does not know every item. */
function namesInEvent(raw: Readonly<Record<string, unknown>>): Map<string, string> {
  const lines = Array.isArray(raw.feedetail) ? raw.feedetail : []
  return new Map(
    lines.flatMap((line) => (typeof line?.med_list_name === 'string' ? [[line.med_list_codg, line.med_list_name]] : [])),
  )
}

/** A stored settlement with everything it holds, unless it lies outside the regions. */
export async function readSettlement(records: Records, scope: Scope, id: string): Promise<SettlementWhole | undefined> {
  const place = placeSql(scope)
  const [stored] = await records.query<{ raw: string; voided_by: string }>(
    `SELECT (SELECT argMax(raw, (batch, offset)) FROM raw_event WHERE kind = 'settlement' AND id = {id:String}) AS raw,
       (SELECT max(setl_id) FROM void WHERE orig_setl_id = {id:String}) AS voided_by
     FROM settlement WHERE setl_id = {id:String} AND ${place.conditions.join(' AND ')} LIMIT 1`,
    { ...place.params, id },
  )
  if (!stored?.raw) return undefined
  const raw = JSON.parse(stored.raw) as Record<string, unknown>
  const event = read('settlement', raw)
  if (isFault(event)) throw new Error(`A stored settlement cannot be read: ${event.code}`)
  const settlement = event as SettlementEvent
  const named = namesInEvent(raw)
  const items = await registered(
    records,
    'item',
    settlement.feedetail.map(({ med_list_codg }) => med_list_codg),
  )
  const institutions = await registered(records, 'institution', [settlement.fixmedins_code])
  const numbers = new Set(settlement.feedetail.map(({ feedetl_sn }) => feedetl_sn))
  return {
    header: headerOf(settlement),
    institution_name: nameOf(institutions.get(settlement.fixmedins_code)),
    voided_by: stored.voided_by,
    diagnoses: settlement.diseinfo.map(({ diag_code, diag_name, diag_type, maindiag_flag }) => {
      return { code: diag_code, name: diag_name, type: diag_type, main: maindiag_flag === MAIN }
    }),
    operations: settlement.oprninfo.map(({ oprn_oprt_code, oprn_begntime, oprn_oprt_date, oper_dr_codg }) => {
      return { code: oprn_oprt_code, time: time(oprn_begntime ?? oprn_oprt_date), doctor: oper_dr_codg }
    }),
    lines: linesOf(settlement, (code) => nameOf(items.get(code)) || (named.get(code) ?? '')),
    lines_count: settlement.feedetail.length,
    loose_traces: settlement.drug_trac_info.filter(({ feedetl_sn }) => !numbers.has(feedetl_sn)).map(traceOf),
  }
}
