import type { Calendar } from './calendar.ts'
import { type Diagnosis, diagnosesText } from './diagnosis.ts'
import { type Doctor, type Institution, NO_DOCTOR_TAIL } from './institution.ts'
import type { Charge } from './item.ts'
import type { Person } from './person.ts'
import { inOnePiece, wire, yuan } from './wire.ts'

export interface Line {
  readonly charge: Charge
  /** 费用发生时间, in seconds of the calendar. */
  readonly at: number
  readonly rxno: string
  readonly doctor: Doctor | undefined
  /** Trace codes of its packages. */
  readonly codes: readonly string[]
  /** Fields that replace or extend what the line says by itself. */
  readonly fields?: Fields
}

export type Fields = Readonly<Record<string, unknown>>

export const NO_CODES: readonly string[] = []

/** A settled visit or purchase before it is written out. Times in seconds of the calendar. */
export interface Settlement {
  readonly setl_id: string
  readonly mdtrt_id: string
  readonly person: Person
  readonly institution: Institution
  readonly med_type: string
  readonly mdtrt_cert_type: string
  readonly setl_time: number
  readonly begntime: number
  readonly endtime: number
  readonly doctor: Doctor | undefined
  readonly diagnoses: readonly Diagnosis[]
  readonly lines: readonly Line[]
  readonly terms: Terms
  readonly dise_codg?: string
  readonly drg_code?: string
  readonly dscg_way?: string
  /** Rendered `oprninfo` array. */
  readonly operations?: string
  readonly fields?: Fields
}

/** What the insurance pays: a share (thousandths) of the in-scope amount above a deductible (fen). */
export interface Terms {
  readonly share: number
  readonly deductible: number
  /** Part of what the person bears that the personal account pays, in thousandths (workers only). */
  readonly account: number
}

const SERIALS = Array.from({ length: 4000 }, (_, i) => String(i + 1))
const LINE_STARTS = SERIALS.map((serial, i) => inOnePiece(`${i === 0 ? '' : ','}{"feedetl_sn":"${serial}","rxno":"`))

/** Above this (fen) the large-claims fund of the scheme takes a tenth. */
const LARGE_CLAIM = 2_000_000

/** The settlement as one line of the wire, without a line break. */
export function settlementLine(of: Settlement, calendar: Calendar): string {
  const { person, institution, lines, doctor } = of
  const setl_time = calendar.text(of.setl_time)
  const feedetail = feeLines(lines, calendar)
  const text =
    `{"kind":"settlement","setl_id":"${of.setl_id}","mdtrt_id":"${of.mdtrt_id}","psn_no":"${person.psn_no}"${person.identity}` +
    `,"gend":"${person.gend}","brdy":"${person.brdy}","psn_type":"${person.psn_type}","insutype":"${person.insutype}"` +
    `,"insu_admdvs":"${person.insu_admdvs}","mdtrt_admdvs":"${institution.admdvs}","pay_loc":"${person.pay_loc}"` +
    `,"fixmedins_code":"${institution.code}","med_type":"${of.med_type}","mdtrt_cert_type":"${of.mdtrt_cert_type}"` +
    `,"setl_time":"${setl_time}","begntime":"${calendar.text(of.begntime)}","endtime":"${calendar.text(of.endtime)}"` +
    `,"dise_codg":"${of.dise_codg ?? ''}","drg_code":"${of.drg_code ?? ''}","dscg_way":"${of.dscg_way ?? ''}"` +
    `,"chfpdr_code":"${doctor?.code ?? ''}","adm_dept_codg":"${doctor?.dept ?? ''}"` +
    moneyText(of) +
    `,"diseinfo":${diagnosesText(of.diagnoses)},"oprninfo":${of.operations ?? '[]'}` +
    `,"feedetail":[${feedetail}],"drug_trac_info":[${traces(lines)}]}`
  return of.fields === undefined && lines.every((line) => line.fields === undefined) ? text : overridden(text, of)
}

function feeLines(lines: readonly Line[], calendar: Calendar): string {
  let text = ''
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!
    text +=
      LINE_STARTS[i]! +
      line.rxno +
      '","fee_ocur_time":"' +
      calendar.text(line.at) +
      line.charge.text +
      (line.doctor === undefined ? NO_DOCTOR_TAIL : line.doctor.tail)
  }
  return text
}

function traces(lines: readonly Line[]): string {
  let text = ''
  for (let i = 0; i < lines.length; i++) {
    const { codes, fields } = lines[i]!
    for (const code of codes) {
      const split = fields?.trdn_flag === '1' ? '1' : '0'
      text += `${text === '' ? '' : ','}{"feedetl_sn":"${SERIALS[i]!}","drug_trac_codg":"${code}","trdn_flag":"${split}"}`
    }
  }
  return text
}

/** The amounts of the header, so that the identities of the data standard (1.2) hold to the fen. */
function moneyText(of: Settlement): string {
  let amount = 0
  let own = 0
  let over = 0
  let preself = 0
  for (const { charge } of of.lines) {
    amount += charge.amount
    own += charge.own
    over += charge.over
    preself += charge.preself
  }
  const scope = amount - own - over - preself
  const deductible = Math.max(0, Math.min(scope, of.terms.deductible))
  const fund = Math.floor(((scope - deductible) * of.terms.share) / 1000)
  const large = fund > LARGE_CLAIM ? Math.floor(fund / 10) : 0
  const worker = of.person.insutype === '310'
  const borne = amount - fund
  const account = worker ? Math.floor((borne * of.terms.account) / 1000) : 0
  return (
    `,"medfee_sumamt":${yuan(amount)},"fulamt_ownpay_amt":${yuan(own)},"overlmt_selfpay":${yuan(over)}` +
    `,"preselfpay_amt":${yuan(preself)},"inscp_scp_amt":${yuan(scope)},"act_pay_dedc":${yuan(deductible)}` +
    `,"hifp_pay":${yuan(fund - large)},"cvlserv_pay":0,"hifes_pay":0,"hifmi_pay":${yuan(worker ? 0 : large)}` +
    `,"hifob_pay":${yuan(worker ? large : 0)},"maf_pay":0,"oth_pay":0,"fund_pay_sumamt":${yuan(fund)}` +
    `,"psn_part_amt":${yuan(borne)},"acct_pay":${yuan(account)},"psn_cash_pay":${yuan(borne - account)}` +
    `,"acct_mulaid_pay":0,"hosp_part_amt":0,"balc":${worker ? yuan(account * 3) : 0}`
  )
}

function overridden(text: string, of: Settlement): string {
  const event = JSON.parse(text) as { feedetail: Record<string, unknown>[] }
  of.lines.forEach((line, i) => {
    if (line.fields !== undefined) Object.assign(event.feedetail[i]!, encoded(line.fields))
  })
  return JSON.stringify({ ...event, ...encoded(of.fields ?? {}) })
}

const encoded = (fields: Fields): Fields => JSON.parse(wire(JSON.stringify(fields))) as Fields
