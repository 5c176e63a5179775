import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createNormaliser, type Fault } from './normalise.ts'
import { formatInstant } from './time.ts'

const normalise = createNormaliser((value) => `hidden:${value.length}`)
const settlement = {
  setl_id: 'S1',
  psn_no: 'P1',
  fixmedins_code: 'H1',
  insutype: 310,
  med_type: '11',
  insu_admdvs: '990101',
  setl_time: '2026-01-05 09:31:07',
  medfee_sumamt: '12.50',
  fund_pay_sumamt: 8.75,
  feedetail: [
    {
      feedetl_sn: '1',
      hilist_code: 'X1',
      fee_ocur_time: '2026-01-05T01:00:00Z',
      cnt: '2',
      pric: 6.25,
      det_item_fee_sumamt: 12.5,
    },
  ],
}
const fault = (change: object) => normalise('settlement', { ...settlement, ...change }) as Fault

test('A settlement is read with its aliases, fen, instants and dictionary integers', () => {
  const event = normalise('settlement', { ...settlement, certno: '990101', cash_payamt: '1.005' }) as Record<string, any>
  expect(event).toMatchObject({
    insutype: '310',
    medfee_sumamt: 1250,
    fund_pay_sumamt: 875,
    psn_cash_pay: 101,
    certno: 'hidden:6',
  })
  expect(formatInstant(event.feedetail[0].fee_ocur_time)).toBe('2026-01-05T09:00:00+08:00')
  expect(event.feedetail[0]).toMatchObject({ med_list_codg: 'X1', cnt: 2, pric: 6_250_000, det_item_fee_sumamt: 1250 })
  expect(event.mdtrt_id).toBe('')
  expect(event.begntime).toBeUndefined()
})

test('Every fault has its code and its field', () => {
  expect(fault({ psn_no: null })).toMatchObject({ code: 'FIELD_MISSING', field: 'psn_no' })
  expect(fault({ setl_id: 7 })).toMatchObject({ code: 'TYPE_INVALID', field: 'setl_id' })
  expect(fault({ medfee_sumamt: 'many' })).toMatchObject({ code: 'TYPE_INVALID', field: 'medfee_sumamt' })
  // In words without a long number: what looks like an identity number is hidden wherever it is shown.
  const message = expect.stringContaining('has more than 14 digits before the point')
  expect(fault({ medfee_sumamt: 1e15 })).toMatchObject({ code: 'NUMBER_RANGE', field: 'medfee_sumamt', message })
  const dear = [{ ...settlement.feedetail[0], pric: 1e10 }]
  expect(fault({ feedetail: dear })).toMatchObject({ code: 'NUMBER_RANGE', field: 'feedetail[0].pric' })
  expect(fault({ setl_time: '2026-02-30 00:00:00' })).toMatchObject({ code: 'TIME_INVALID', field: 'setl_time' })
  const bad = [settlement.feedetail[0], { ...settlement.feedetail[0], cnt: undefined }]
  expect(fault({ feedetail: bad })).toMatchObject({ code: 'FIELD_MISSING', field: 'feedetail[1].cnt' })
  expect(fault({ feedetail: {} })).toMatchObject({ code: 'TYPE_INVALID', field: 'feedetail' })
})

test('A kind of stock movement that the contract does not know is refused, and the ones it knows are named', () => {
  const moved = (inv_type: unknown) =>
    normalise('inventory', { inv_type, fixmedins_code: 'P1', med_list_codg: 'X1', cnt: 1, time: '2026-01-05 09:00:00' })
  expect(moved('sale_return')).toMatchObject({ inv_type: 'sale_return' })
  expect(moved(null)).toMatchObject({ code: 'FIELD_MISSING', field: 'inv_type' })
  expect(moved('Sale')).toEqual({
    ...{ code: 'TYPE_INVALID', field: 'inv_type' },
    message: 'inv_type: must be one of stock, change, purchase, purchase_return, sale, sale_return',
  })
  expect(moved(3501)).toMatchObject({ code: 'TYPE_INVALID', field: 'inv_type' })
})

test('A code whose leading zero a sender leaves out, or adds, is the one of the dictionary', () => {
  const line = (given: object) => {
    const feedetail = [{ ...settlement.feedetail[0], ...given }]
    return (normalise('settlement', { ...settlement, feedetail }) as Record<string, any>).feedetail[0]
  }
  for (const said of [2, '2', '02', '002']) expect(line({ med_chrgitm_type: said })).toMatchObject({ med_chrgitm_type: '02' })
  expect(line({ med_chrgitm_type: 14 })).toMatchObject({ med_chrgitm_type: '14' })
  expect(line({ med_chrgitm_type: '2a' })).toMatchObject({ med_chrgitm_type: '2a' })
  expect(line({ med_chrgitm_type: null })).toMatchObject({ med_chrgitm_type: '' })
  for (const said of [1, '1', '01']) expect(line({ chrgitm_lv: said })).toMatchObject({ chrgitm_lv: '1' })
  expect(normalise('settlement', { ...settlement, mdtrt_cert_type: 3, psn_setlway: 1, setl_type: 2 })).toMatchObject({
    ...{ mdtrt_cert_type: '03', psn_setlway: '01', setl_type: '2' },
  })
})

test('A diagnosis that begins with a small letter is the one of ICD-10; other codes remain as they are', () => {
  const read = (diag_code: string) => {
    const diseinfo = [{ diag_code, maindiag_flag: '1' }]
    return (normalise('settlement', { ...settlement, diseinfo }) as Record<string, any>).diseinfo[0].diag_code
  }
  expect(['i10.x00', 'I10.x00', 'c34.900x001', 'bnf010', '38341003', ''].map(read)).toEqual([
    'I10.x00',
    'I10.x00',
    'C34.900x001',
    'bnf010',
    '38341003',
    '',
  ])
  const admission = { mdtrt_id: 'M', psn_no: 'P', fixmedins_code: 'H', begntime: '2026-01-05', dscg_maindiag_code: 'j18.900' }
  expect(normalise('admission', admission)).toMatchObject({ dscg_maindiag_code: 'J18.900' })
})

test('A flag in the extension of a line is read where the line itself does not say it', () => {
  const flag = (given: object) => {
    const feedetail = [{ ...settlement.feedetail[0], ...given }]
    return (normalise('settlement', { ...settlement, feedetail }) as Record<string, any>).feedetail?.[0].er_flag
  }
  expect(flag({ exp_content: '{"er_flag":"2"}' })).toBe('2')
  expect(flag({ exp_content: { er_flag: 2 } })).toBe('2')
  expect(flag({ exp_content: '{"er_flag":"2"}', er_flag: '1' })).toBe('1')
  for (const exp_content of ['er_flag=2', '{"er_flag":', 'null', '"er_flag"', '[]', '{}', 7, true, ''])
    expect(flag({ exp_content })).toBe('')
})

test('Stock movements are read under the names of their own interfaces', () => {
  const moved = (given: object) => normalise('inventory', { fixmedins_code: 'P1', med_list_codg: 'X1', ...given })
  const codes = { drug_trac_info: [{ drug_trac_codg: 'T1' }] }
  expect(moved({ inv_type: 'stock', inv_cnt: 5, invdate: '2026-01-05', drugtracinfo: codes.drug_trac_info })).toMatchObject({
    ...{ cnt: 5, time: Date.parse('2026-01-05T00:00:00+08:00'), ...codes },
  })
  const at = '2026-01-05 09:00:00'
  const time = Date.parse('2026-01-05T09:00:00+08:00')
  expect(moved({ inv_type: 'change', cnt: 5, inv_chg_time: at })).toMatchObject({ cnt: 5, time, drug_trac_info: [] })
  expect(moved({ inv_type: 'purchase', purc_retn_cnt: 5, finl_trns_pric: 9.8, purc_retn_stoin_time: at })).toMatchObject({
    ...{ cnt: 5, pric: 9_800_000, time },
  })
  expect(moved({ inv_type: 'sale', sel_retn_cnt: 1, sel_retn_time: at, drug_trac_codg: 'T1' })).toMatchObject({
    ...{ cnt: 1, time, ...codes },
  })
  expect(moved({ inv_type: 'sale', cnt: 1, time: at, drug_trac_codg: 'T2', ...codes })).toMatchObject(codes)
})

test('Times in any form of ISO 8601 with an offset are one time', () => {
  const at = Date.parse('2026-05-04T09:31:07+08:00')
  const read = (setl_time: string) =>
    normalise('settlement', { ...settlement, setl_time }) as { setl_time?: number; code?: string }
  for (const said of ['2026-05-04T09:31:07+08', '20260504T093107+0800', '20260504T093107+08:00', '20260504T013107Z'])
    expect(read(said).setl_time).toBe(at)
  expect(read('2026-05-04T09:31:07,250+08').setl_time).toBe(at + 250)
  expect(read('20260504T0931+08').setl_time).toBe(at - 7_000)
  expect(normalise('settlement', { ...settlement, brdy: '20260504T000000+0800' })).toMatchObject({ brdy: 20_577 })
  // Without an offset digits alone might be anything.
  for (const said of [
    '20260504T093107',
    '20260504',
    '20260504093107',
    '20260230T093107Z',
    '20260504T253107Z',
    '2026-05-04T09:31:07+8',
  ])
    expect(read(said).code).toBe('TIME_INVALID')
})

test('A row of trace codes that tells no code says nothing, and refuses nothing', () => {
  const codes = [{ feedetl_sn: '1', drug_trac_codg: '' }, { feedetl_sn: '1' }, { drug_trac_codg: null }]
  const told = (drug_trac_info: object[]) => normalise('settlement', { ...settlement, drug_trac_info }) as Record<string, any>
  expect(told(codes)).toMatchObject({ setl_id: 'S1', drug_trac_info: [] })
  expect(told([...codes, { drug_trac_codg: 'T' }])).toMatchObject({ drug_trac_info: [{ drug_trac_codg: 'T', feedetl_sn: '' }] })
  expect(fault({ drug_trac_info: [...codes, { drug_trac_codg: 7 }] })).toMatchObject({
    code: 'TYPE_INVALID',
    field: 'drug_trac_info[3].drug_trac_codg',
  })
})

test.skipIf(!sharedExample())('The customer example is read without a fault', () => {
  for (const line of sharedExample()!.trim().split('\n')) {
    const wire = JSON.parse(line)
    if (wire.kind !== 'reference') expect(normalise(wire.kind, wire)).toMatchObject({ kind: wire.kind })
  }
})

function sharedExample(): string | undefined {
  try {
    return readFileSync(new URL('../../shared/examples/first-hour.ndjson', import.meta.url), 'utf8')
  } catch {
    return undefined
  }
}
