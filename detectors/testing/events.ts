import type { Wire } from './scenario.ts'

/**
 * Builders of wire events for tests: valid and inconspicuous unless told otherwise. Amounts are yuan, times
 * `yyyy-MM-dd HH:mm:ss`, regions the fictitious 99xxxx.
 */
let serial = 0

export interface LineGiven {
  readonly med_list_codg?: string
  readonly cnt?: number
  readonly pric?: number
  readonly fee_ocur_time?: string
  readonly [field: string]: unknown
}

/** A settlement; `feedetail` may be given as partial lines, whose amounts then follow from `cnt` and `pric`. */
export function settlement(given: Wire & { feedetail?: readonly LineGiven[] } = {}): Wire {
  serial += 1
  const setl_time = (given.setl_time as string | undefined) ?? '2026-03-02 10:00:00'
  const lines = (given.feedetail ?? [{}]).map((line, i) => feeLine(line, i, setl_time))
  const total = Number(lines.reduce((sum, line) => sum + (line.det_item_fee_sumamt as number), 0).toFixed(2))
  const inscp = Number(lines.reduce((sum, line) => sum + (line.inscp_scp_amt as number), 0).toFixed(2))
  return {
    kind: 'settlement',
    setl_id: `S${serial}`,
    mdtrt_id: `M${serial}`,
    psn_no: 'P1',
    gend: '1',
    brdy: '1960-02-03',
    insutype: '310',
    insu_admdvs: '990101',
    mdtrt_admdvs: '990101',
    pay_loc: '2',
    fixmedins_code: 'H99010100001',
    med_type: '11',
    mdtrt_cert_type: '03',
    setl_time,
    begntime: setl_time,
    endtime: setl_time,
    chfpdr_code: 'D990101000001',
    medfee_sumamt: total,
    inscp_scp_amt: inscp,
    fund_pay_sumamt: Number((inscp * 0.7).toFixed(2)),
    diseinfo: [{ diag_type: '1', maindiag_flag: '1', diag_srt_no: 1, diag_code: 'J06.900' }],
    ...given,
    feedetail: lines,
  }
}

function feeLine(given: LineGiven, index: number, setl_time: string): Wire {
  const cnt = given.cnt ?? 1
  const pric = given.pric ?? 10
  const amount = Number((cnt * pric).toFixed(2))
  return {
    feedetl_sn: String(index + 1),
    fee_ocur_time: setl_time,
    med_list_codg: 'XJ01CAA040E001010100001',
    list_type: '101',
    med_chrgitm_type: '09',
    cnt,
    pric,
    det_item_fee_sumamt: amount,
    inscp_scp_amt: amount,
    bilg_dr_codg: 'D990101000001',
    ...given,
  }
}

/** An inpatient settlement of one stay. */
export function inpatient(given: Wire & { feedetail?: readonly LineGiven[] } = {}): Wire {
  return settlement({
    med_type: '21',
    begntime: '2026-03-01 09:00:00',
    endtime: '2026-03-05 10:00:00',
    setl_time: '2026-03-05 10:30:00',
    ...given,
  })
}

export function voidOf(original: Wire, setl_time: string): Wire {
  serial += 1
  const { setl_id, psn_no, fixmedins_code } = original
  return { kind: 'void', setl_id: `V${serial}`, orig_setl_id: setl_id, psn_no, fixmedins_code, setl_time }
}

export function admission(given: Wire): Wire {
  return {
    kind: 'admission',
    psn_no: 'P1',
    fixmedins_code: 'H99010100001',
    begntime: '2026-03-01 09:00:00',
    insu_admdvs: '990101',
    ...given,
  }
}

export function discharge(given: Wire): Wire {
  return {
    kind: 'discharge',
    psn_no: 'P1',
    fixmedins_code: 'H99010100001',
    endtime: '2026-03-05 10:00:00',
    dscg_way: '1',
    ...given,
  }
}

export function reference(table: string, id: string, row: Wire, validity: Wire = {}): Wire {
  return { kind: 'reference', table, id, row, ...validity }
}

/** Lets time pass although nothing happens. */
export function heartbeat(time: string): Wire {
  return { kind: 'heartbeat', time }
}

export const HOSPITAL = reference('institution', 'H99010100001', {
  name: '示例市第一医院',
  kind: 'hospital',
  level: '3',
  admdvs: '990101',
  lon: 117,
  lat: 36.6,
  beds: 600,
  open_hours: '00:00-24:00',
})
