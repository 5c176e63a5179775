import { type SimulationOptions, simulate } from '../simulate.ts'
import type { TruthRow } from '../truth.ts'

export interface FeeLine {
  feedetl_sn: string
  rxno: string
  fee_ocur_time: string
  med_list_codg: string
  list_type: string
  med_chrgitm_type: string
  cnt: number
  pric: number
  det_item_fee_sumamt: number
  inscp_scp_amt: number
  prd_days: number | null
  bilg_dr_codg: string
}

/** A settlement event as the tests read it. */
export interface SettlementEvent {
  kind: 'settlement'
  setl_id: string
  mdtrt_id: string
  psn_no: string
  certno?: string
  gend: string
  brdy: string
  fixmedins_code: string
  med_type: string
  setl_time: string
  begntime: string
  endtime: string
  chfpdr_code: string
  diseinfo: { diag_code: string }[]
  feedetail: FeeLine[]
  drug_trac_info: { feedetl_sn: string; drug_trac_codg: string }[]
  [amount: string]: unknown
}

export interface OtherEvent {
  kind: string
  setl_id?: string
  orig_setl_id?: string
  psn_no?: string
  mdtrt_id?: string
  fixmedins_code?: string
  setl_time?: string
  begntime?: string
  endtime?: string
  time?: string
  table?: string
  id?: string
  row?: Record<string, unknown>
  drug_trac_info?: { drug_trac_codg: string }[]
}

export interface Run {
  readonly lines: string[]
  readonly events: OtherEvent[]
  /** Each settlement once, in order of arrival. */
  readonly settlements: SettlementEvent[]
  readonly truth: TruthRow[]
}

export function run(options: SimulationOptions): Run {
  const lines: string[] = []
  const events: OtherEvent[] = []
  const settlements = new Map<string, SettlementEvent>()
  const truth: TruthRow[] = []
  for (const row of simulate(options)) {
    if ('truth' in row) {
      truth.push(row.truth)
      continue
    }
    lines.push(row.event)
    const event = JSON.parse(row.event) as OtherEvent
    events.push(event)
    if (event.kind === 'settlement' && !settlements.has(event.setl_id!)) {
      settlements.set(event.setl_id!, event as unknown as SettlementEvent)
    }
  }
  return { lines, events, settlements: [...settlements.values()], truth }
}

export const eventTime = (event: OtherEvent): string | undefined => {
  if (event.kind === 'admission') return event.begntime
  if (event.kind === 'discharge') return event.endtime
  return event.setl_time ?? event.time
}

export const seconds = (time: string): number => Date.parse(`${time.replace(' ', 'T')}Z`) / 1000
export const fen = (yuan: unknown): number => Math.round(Number(yuan) * 100)

export function groupBy<T>(list: Iterable<T>, key: (each: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const each of list) {
    const known = groups.get(key(each))
    if (known === undefined) groups.set(key(each), [each])
    else known.push(each)
  }
  return groups
}
