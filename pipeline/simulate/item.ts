import { inOnePiece, wire, yuan } from './wire.ts'

/** One entry of the catalogue. `price` (fen) is its general price cap; institutions charge that or up to 10 % less. */
export interface Item {
  readonly code: string
  readonly name: string
  readonly list_type: '101' | '102' | '201' | '301'
  /** 医疗收费项目类别. */
  readonly med_chrgitm_type: string
  /** 收费项目等级: 1 甲类, 2 乙类 (10 % paid first by the person), 3 自费. */
  readonly chrgitm_lv: '1' | '2' | '3'
  readonly unit: string
  readonly price: number
  /** Days of supply in one package. */
  readonly pack_days?: number
  readonly pack_units?: number
  readonly generic?: string
  readonly pharm_class?: string
  readonly tags?: readonly string[]
  readonly body_part?: string
  /** First seven digits of its packages' trace codes. */
  readonly trace_prefix?: string
  readonly memo: Charge[]
}

/** A quantity of an item at a price, with what the insurance makes of it (fen) and its part of the fee line's text. */
export interface Charge {
  readonly item: Item
  readonly cnt: number
  readonly amount: number
  readonly own: number
  readonly over: number
  readonly preself: number
  readonly in_scope: number
  readonly text: string
}

/** Price steps of the institutions, in thousandths of the cap. */
export const PRICE_TIERS = [1000, 985, 970, 960, 945, 930, 915, 900] as const

interface Common {
  readonly serial: number
  readonly name: string
  readonly price: number
  readonly lv?: Item['chrgitm_lv']
  readonly type?: string
  readonly tags?: readonly string[]
}

const five = (serial: number) => String(serial).padStart(5, '0')

/** A western drug: `X`, a five-character class, 17 more. `serial` is unique among all items. */
export function drug(
  of: Common & { readonly atc: string; readonly pack_days: number; readonly generic?: string; readonly pack_units?: number },
): Item {
  return {
    ...entry(of, `X${of.atc}A${five(of.serial).slice(2)}E0010101${five(of.serial)}`, '101', of.type ?? '09', '盒'),
    ...medicine(of),
    pharm_class: of.atc,
  }
}

/** A Chinese patent medicine: `Z`, 19 characters. */
export function patentMedicine(of: Common & { readonly family: string; readonly pack_days: number }): Item {
  return {
    ...entry(of, `Z${of.family}E${five(of.serial).slice(2)}0101${five(of.serial)}0`, '101', '11', '盒'),
    ...medicine(of),
    pharm_class: `Z${of.family}`,
  }
}

/** Herbal slices by the gram: `T`, nine digits. They carry no trace codes. */
export function slice(of: Common): Item {
  return entry(of, `T0007${five(of.serial)}`, '102', '10', '克')
}

/** A medical service item, 15 digits. */
export function service(of: Common & { readonly type: string; readonly unit?: string; readonly body_part?: string }): Item {
  return {
    ...entry(of, `0031${of.type}0${five(of.serial)}000`, '201', of.type, of.unit ?? '次'),
    ...(of.body_part ? { body_part: of.body_part } : {}),
  }
}

/** A consumable: `C`, 19 digits. */
export function consumable(of: Common): Item {
  return entry(of, `C1403011040${five(of.serial)}0071`, '301', '08', '个')
}

function entry(of: Common, code: string, list_type: Item['list_type'], type: string, unit: string): Item {
  return {
    code,
    name: of.name,
    list_type,
    med_chrgitm_type: type,
    chrgitm_lv: of.lv ?? '1',
    unit,
    price: of.price,
    ...(of.tags ? { tags: of.tags } : {}),
    memo: [],
  }
}

function medicine(of: { serial: number; name: string; generic?: string; pack_days: number; pack_units?: number }) {
  return {
    generic: of.generic ?? of.name,
    pack_days: of.pack_days,
    pack_units: of.pack_units ?? of.pack_days * 3,
    trace_prefix: `81${five(of.serial)}`,
  }
}

/** The reference row of an item, as table `item` of the contract has it. */
export function itemRow(item: Item): Record<string, unknown> {
  const {
    code: _code,
    memo: _memo,
    med_chrgitm_type: _type,
    chrgitm_lv: _lv,
    price: _price,
    trace_prefix: _prefix,
    ...row
  } = item
  return item.list_type === '101' ? { ...row, is_rx: item.chrgitm_lv === '2' } : row
}

export interface ChargeOptions {
  /** Fen; default: the cap at the institution's tier. */
  readonly pric?: number
  /** Days of supply; default: what the packages hold. */
  readonly prd_days?: number
  /** Split package (拆零), as wards dispense. */
  readonly split?: boolean
  /** Fen moved to the person because the price is over its cap. */
  readonly overlmt_amt?: number
  readonly pric_uplmt_amt?: number
  /** The person pays it alone (自费). */
  readonly own?: true
}

export function tierPrice(item: Item, tier: number): number {
  return Math.floor((item.price * PRICE_TIERS[tier]!) / 1000)
}

/** The usual charge for `cnt` of an item at an institution's price tier, remembered with the item. */
export function usualCharge(item: Item, tier: number, cnt: number, ward: boolean): Charge {
  const key = (tier * 32 + cnt) * 2 + (ward ? 1 : 0)
  const known = item.memo[key]
  if (known !== undefined) return known
  const made = charge(
    item,
    cnt,
    ward ? { pric: tierPrice(item, tier), prd_days: 1, split: true } : { pric: tierPrice(item, tier) },
  )
  item.memo[key] = made
  return made
}

export function charge(item: Item, cnt: number, options: ChargeOptions = {}): Charge {
  const pric = options.pric ?? item.price
  const amount = Math.round(cnt * pric)
  const over = options.overlmt_amt ?? 0
  const own = options.own || item.chrgitm_lv === '3' ? amount : 0
  const preself = own === 0 && item.chrgitm_lv === '2' ? Math.round((amount - over) / 10) : 0
  const in_scope = amount - own - over - preself
  const medicine = item.list_type === '101'
  const days = medicine ? (options.prd_days ?? Math.max(1, Math.round(cnt * (item.pack_days ?? 1)))) : 0
  const text =
    `","med_list_codg":"${item.code}","medins_list_codg":"Y${item.code.slice(-9)}","med_list_name":"${wire(item.name)}"` +
    `,"list_type":"${item.list_type}","med_chrgitm_type":"${item.med_chrgitm_type}","chrgitm_lv":"${item.chrgitm_lv}"` +
    `,"cnt":${cnt},"pric":${yuan(pric)},"det_item_fee_sumamt":${yuan(amount)},"inscp_scp_amt":${yuan(in_scope)}` +
    `,"pric_uplmt_amt":${yuan(options.pric_uplmt_amt ?? 0)},"selfpay_prop":${item.chrgitm_lv === '3' ? 1 : item.chrgitm_lv === '2' ? 0.1 : 0}` +
    (over > 0 ? `,"overlmt_amt":${yuan(over)}` : '') +
    `${medicine ? `,"prd_days":${days}` : ',"prd_days":null'},"rx_circ_flag":"0","etip_flag":"0","er_flag":"0","hi_nego_drug_flag":"0"` +
    `${medicine ? `,"trdn_flag":"${options.split ? 1 : 0}"` : ''}`
  return { item, cnt, amount, own, over, preself, in_scope, text: inOnePiece(text) }
}
