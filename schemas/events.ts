import type { Fields, Values } from './field.ts'
import * as f from './field.ts'

/** The version of the event shapes below; it rises with every change of meaning. */
export const EVENT_SCHEMA_VERSION = 9

const req = f.required

const diagnosis = {
  diag_type: f.code(),
  maindiag_flag: f.code(),
  diag_srt_no: f.integer(),
  diag_code: f.icd(),
  diag_name: f.text(),
} satisfies Fields

const operation = {
  oprn_oprt_code: f.id(),
  oprn_oprt_date: f.instant(),
  oprn_begntime: f.instant(),
  oprn_endtime: f.instant(),
  oper_dr_codg: f.id('oper_dr_code'),
} satisfies Fields

const feeLine = {
  feedetl_sn: req(f.id('bkkp_sn')),
  rxno: f.id(),
  fee_ocur_time: req(f.instant()),
  med_list_codg: req(f.id('hilist_code')),
  medins_list_codg: f.id(),
  list_type: f.code('hilist_type'),
  med_chrgitm_type: f.digits(2),
  chrgitm_lv: f.digits(1),
  cnt: req(f.quantity()),
  pric: req(f.price()),
  det_item_fee_sumamt: req(f.money()),
  inscp_scp_amt: f.money('inscp_amt'),
  fulamt_ownpay_amt: f.money(),
  overlmt_amt: f.money(),
  preselfpay_amt: f.money(),
  pric_uplmt_amt: f.price(),
  selfpay_prop: f.ratio(),
  prd_days: f.quantity(),
  sin_dos_dscr: f.text(),
  used_frqu_dscr: f.text(),
  medc_way_dscr: f.text(),
  rx_circ_flag: f.code(),
  etip_flag: f.code(),
  er_flag: f.within('exp_content', f.code()),
  hi_nego_drug_flag: f.code(),
  trdn_flag: f.code(),
  dscg_tkdrug_flag: f.code(),
  bilg_dept_codg: f.id('bilg_dept_code'),
  bilg_dr_codg: f.id('bilg_dr_code'),
} satisfies Fields

const traceCode = {
  feedetl_sn: f.id('bkkp_sn'),
  drug_trac_codg: f.naming(f.id()),
  trdn_flag: f.code(),
} satisfies Fields

const settlement = {
  setl_id: req(f.id()),
  mdtrt_id: f.id(),
  psn_no: req(f.id()),
  psn_name: f.sensitive(f.text()),
  certno: f.sensitive(f.id()),
  mdtrt_cert_no: f.sensitive(f.id()),
  gend: f.code(),
  brdy: f.day(),
  psn_type: f.code(),
  insutype: req(f.code()),
  insu_admdvs: req(f.id('insuplc_admdvs')),
  mdtrt_admdvs: f.id('mdtrtarea_admdvs', 'fix_blng_admdvs'),
  pay_loc: f.code(),
  fixmedins_code: req(f.id('medins_id')),
  med_type: req(f.code()),
  mdtrt_cert_type: f.digits(2),
  setl_time: req(f.instant()),
  begntime: f.instant('begndate', 'adm_date'),
  endtime: f.instant('enddate', 'dscg_date'),
  ingest_time: f.instant(),
  dise_codg: f.id(),
  drg_code: f.id(),
  dscg_way: f.code(),
  chfpdr_code: f.id(),
  adm_dept_codg: f.id(),
  opter: f.id(),
  mulaid_psn_no: f.id(),
  refd_setl_flag: f.code(),
  orig_setl_id: f.id(),
  setl_type: f.code(),
  mid_setl_flag: f.code(),
  psn_setlway: f.digits(2),
  spec_case_flag: f.code(),
  medfee_sumamt: req(f.money()),
  fulamt_ownpay_amt: f.money(),
  overlmt_selfpay: f.money(),
  preselfpay_amt: f.money(),
  inscp_scp_amt: f.money('inscp_amt'),
  act_pay_dedc: f.money(),
  hifp_pay: f.money(),
  cvlserv_pay: f.money(),
  hifes_pay: f.money(),
  hifmi_pay: f.money(),
  hifob_pay: f.money(),
  maf_pay: f.money(),
  hifdm_pay: f.money(),
  oth_pay: f.money(),
  fund_pay_sumamt: req(f.money()),
  psn_part_amt: f.money(),
  acct_pay: f.money(),
  psn_cash_pay: f.money('cash_payamt'),
  acct_mulaid_pay: f.money(),
  hosp_part_amt: f.money(),
  balc: f.money(),
} satisfies Fields

const voided = {
  setl_id: req(f.id()),
  orig_setl_id: req(f.id()),
  psn_no: req(f.id()),
  fixmedins_code: f.id(),
  setl_time: req(f.instant()),
  /** Of a refund row that names no original: the visit and the (negative) amount by which the original is found. */
  mdtrt_id: f.id(),
  medfee_sumamt: f.money(),
  ingest_time: f.instant(),
  opter: f.id(),
} satisfies Fields

const admission = {
  mdtrt_id: req(f.id()),
  psn_no: req(f.id()),
  fixmedins_code: req(f.id()),
  begntime: req(f.instant()),
  ingest_time: f.instant(),
  insutype: f.code(),
  insu_admdvs: f.id('insuplc_admdvs'),
  mdtrt_admdvs: f.id('mdtrtarea_admdvs', 'fix_blng_admdvs'),
  med_type: f.code(),
  brdy: f.day(),
  gend: f.code(),
  adm_dept_codg: f.id(),
  adm_bed: f.id(),
  dscg_maindiag_code: f.icd(),
} satisfies Fields

const discharge = {
  mdtrt_id: req(f.id()),
  psn_no: req(f.id()),
  fixmedins_code: f.id(),
  endtime: req(f.instant()),
  ingest_time: f.instant(),
  dscg_way: f.code(),
  die_date: f.day(),
  days_rinp_flag_31: f.code(),
} satisfies Fields

const inventory = {
  inv_id: f.id(),
  inv_type: req(f.oneOf('stock', 'change', 'purchase', 'purchase_return', 'sale', 'sale_return')),
  inv_chg_type: f.code(),
  fixmedins_code: req(f.id()),
  med_list_codg: req(f.id('hilist_code')),
  cnt: req(f.quantity('inv_cnt', 'purc_retn_cnt', 'sel_retn_cnt')),
  pric: f.price('finl_trns_pric'),
  time: req(f.instant('invdate', 'inv_chg_time', 'purc_retn_stoin_time', 'sel_retn_time')),
  ingest_time: f.instant(),
  setl_id: f.id(),
  psn_no: f.id(),
  trdn_flag: f.code(),
} satisfies Fields

const inventoryTrace = { drug_trac_codg: f.naming(f.id()) } satisfies Fields

const complaint = {
  complaint_id: req(f.id()),
  fixmedins_code: req(f.id()),
  psn_no: f.id(),
  time: req(f.instant()),
  text: f.text(),
} satisfies Fields

const heartbeat = { time: req(f.instant()) } satisfies Fields

/** A kind of event: its own fields, and its lists of nested rows. */
export interface Shape {
  readonly fields: Fields
  readonly lists: Readonly<Record<string, Fields>>
  /** Other names of its lists, the list first. */
  readonly listAliases?: Readonly<Record<string, readonly string[]>>
  /** Lists whose only row may stand in the event itself. */
  readonly ownRows?: readonly string[]
}

export const SHAPES = {
  settlement: {
    fields: settlement,
    lists: { diseinfo: diagnosis, oprninfo: operation, feedetail: feeLine, drug_trac_info: traceCode },
  },
  void: { fields: voided, lists: {} },
  admission: { fields: admission, lists: {} },
  discharge: { fields: discharge, lists: {} },
  inventory: {
    fields: inventory,
    lists: { drug_trac_info: inventoryTrace },
    listAliases: { drug_trac_info: ['drugtracinfo'] },
    ownRows: ['drug_trac_info'],
  },
  complaint: { fields: complaint, lists: {} },
  heartbeat: { fields: heartbeat, lists: {} },
} as const satisfies Record<string, Shape>

export type PackedKind = keyof typeof SHAPES
export type EventKind = PackedKind | 'reference'

type EventOf<K extends PackedKind> = { readonly kind: K } & Values<(typeof SHAPES)[K]['fields']> & {
    readonly [L in keyof (typeof SHAPES)[K]['lists']]: readonly Values<(typeof SHAPES)[K]['lists'][L] & Fields>[]
  }

export type FeeLine = Values<typeof feeLine>
export type Settlement = EventOf<'settlement'>
export type Void = EventOf<'void'>
export type Admission = EventOf<'admission'>
export type Discharge = EventOf<'discharge'>
export type Inventory = EventOf<'inventory'>
export type Complaint = EventOf<'complaint'>
export type Heartbeat = EventOf<'heartbeat'>
/** An upsert of one reference row; the row stays as it came, checked against its table. */
export interface Reference {
  readonly kind: 'reference'
  readonly table: string
  readonly id: string
  readonly row: Readonly<Record<string, unknown>>
  readonly effective_from: number | undefined
  readonly effective_to: number | undefined
  readonly deleted: boolean
}
export type Event = Settlement | Void | Admission | Discharge | Inventory | Complaint | Heartbeat | Reference

/** The event time of each kind (contract, "Time and order"); a reference row has none. */
export function eventTime(event: Exclude<Event, Reference>): number {
  switch (event.kind) {
    case 'settlement':
    case 'void':
      return event.setl_time
    case 'admission':
      return event.begntime
    case 'discharge':
      return event.endtime
    default:
      return event.time
  }
}

/** What an event is called within its kind; `''` where it has no name of its own. */
export function ownIdOf(event: Exclude<Event, Reference>): string {
  switch (event.kind) {
    case 'settlement':
    case 'void':
      return event.setl_id
    case 'admission':
    case 'discharge':
      return event.mdtrt_id
    case 'inventory':
      return event.inv_id
    case 'complaint':
      return event.complaint_id
    case 'heartbeat':
      return ''
  }
}
