import { expect, test } from 'vitest'
import type { Settlement } from '../../schemas/events.ts'
import { createNormaliser } from '../../schemas/normalise.ts'
import { toVisit } from '../project.ts'
import { ReferenceBook } from '../reference.ts'
import { inpatient, settlement } from '../testing/events.ts'
import type { Wire } from '../testing/scenario.ts'
import { recordFaults } from './mgt-15.record-faults.ts'

const normalise = createNormaliser((value) => value)
function faultsOf(wire: Wire, book = new ReferenceBook()) {
  return recordFaults(toVisit(normalise('settlement', wire) as unknown as Settlement, book), book)
}
const of = (more: Wire) => faultsOf(settlement({ feedetail: [{ pric: 100 }], ...more }))

test('An ordinary record has no fault', () => {
  expect(of({})).toEqual([])
  expect(faultsOf(inpatient({ feedetail: [{}] }))).toEqual([])
})

test('What is missing', () => {
  expect(of({ mdtrt_id: '' })).toEqual([])
  expect(faultsOf(inpatient({ mdtrt_id: '' }))).toEqual(['MDTRT_ID_MISSING'])
  expect(faultsOf(inpatient({ begntime: '' }))).toEqual(['STAY_DATES_MISSING'])
  expect(faultsOf(inpatient({ endtime: '' }))).toEqual(['STAY_DATES_MISSING'])
  expect(faultsOf(inpatient({ endtime: '', mid_setl_flag: '1' }))).toEqual([])
  expect(of({ diseinfo: [] })).toEqual(['DIAGNOSIS_MISSING'])
  expect(of({ diseinfo: [], fund_pay_sumamt: 0 })).toEqual([])
  expect(of({ diseinfo: [], med_type: '41' })).toEqual([])
  expect(of({ diseinfo: [], feedetail: [{ list_type: '201', med_list_codg: '001102000010000', pric: 100 }] })).toEqual([])
})

test('A pharmacy that serves a chronic disease names the disease, and diagnoses nothing', () => {
  const book = new ReferenceBook()
  const row = { med_class: 'PHARM_CHRONIC' }
  book.put('med_type_map', { id: '99:9929', row, effective_from: undefined, effective_to: undefined }, false)
  const sold = (dise_codg: string) =>
    faultsOf(settlement({ feedetail: [{ pric: 100 }], diseinfo: [], med_type: '9929', dise_codg }), book)
  expect([sold('M03900'), sold('')]).toEqual([[], ['DIAGNOSIS_MISSING']])
})

test('Codes that nobody knows', () => {
  expect(of({ med_type: '99' })).toEqual(['MED_TYPE_UNKNOWN'])
  expect(of({ insutype: '999' })).toEqual(['INSUTYPE_UNKNOWN'])
  expect([of({ gend: '3' }), of({ gend: '9' })]).toEqual([['GENDER_UNKNOWN'], []])
  const diagnosed = (diag_code: string, diag_type = '1') => of({ diseinfo: [{ diag_type, diag_code }] })
  expect([diagnosed('感冒'), diagnosed('J06'), diagnosed('BNG000', '2')]).toEqual([['DIAGNOSIS_CODE_UNKNOWN'], [], []])
  const charged = (med_list_codg: string) => of({ feedetail: [{ med_list_codg, pric: 100 }] })
  for (const code of [
    'ZA04CAE0023010100166',
    'T000700200',
    '001109000010000',
    '001109000010000-1',
    'C14030110400001007100071'.slice(0, 20),
  ])
    expect(charged(code)).toEqual([])
  expect(charged('LOCAL-1')).toEqual(['ITEM_CODE_UNKNOWN'])
  const book = new ReferenceBook()
  book.put('item', { id: 'LOCAL-1', row: { name: '样例' }, effective_from: undefined, effective_to: undefined }, false)
  expect(faultsOf(settlement({ feedetail: [{ med_list_codg: 'LOCAL-1' }] }), book)).toEqual([])
})

test('A gender that the register contradicts', () => {
  const book = new ReferenceBook()
  book.put('person', { id: 'P1', row: { gend: '2' }, effective_from: undefined, effective_to: undefined }, false)
  expect(faultsOf(settlement({ gend: '1' }), book)).toEqual(['GENDER_CONTRADICTED'])
  expect([faultsOf(settlement({ gend: '2' }), book), faultsOf(settlement({ gend: '9' }), book)]).toEqual([[], []])
})

test('Amounts that do not add up, to a fen for each part', () => {
  const policy = { fulamt_ownpay_amt: 10, overlmt_selfpay: 0, preselfpay_amt: 5 }
  expect(of({ ...policy, inscp_scp_amt: 84.96 })).toEqual([])
  expect(of({ ...policy, inscp_scp_amt: 84.95 })).toEqual(['AMOUNT_BY_POLICY'])
  expect([of({ psn_part_amt: 29.97 }), of({ psn_part_amt: 29.96 })]).toEqual([[], ['AMOUNT_BY_PAYER']])
  expect(of({ psn_part_amt: 20, hosp_part_amt: 10 })).toEqual([])
  const person = { psn_part_amt: 30, acct_pay: 10 }
  expect([of({ ...person, psn_cash_pay: 20.02 }), of({ ...person, psn_cash_pay: 20.03 })]).toEqual([[], ['AMOUNT_OF_PERSON']])
  expect(of({ ...person, psn_cash_pay: 15, acct_mulaid_pay: 5 })).toEqual([])
  const fund = { cvlserv_pay: 0, hifes_pay: 0, hifmi_pay: 10, hifob_pay: 0, maf_pay: 0, oth_pay: 0 }
  expect([of({ ...fund, hifp_pay: 60.08 }), of({ ...fund, hifp_pay: 60.09 })]).toEqual([[], ['AMOUNT_OF_FUND']])
  expect(of({ hifp_pay: 60 })).toEqual([])
  expect([of({ medfee_sumamt: 100.01 }), of({ medfee_sumamt: 100.02 })]).toEqual([[], ['AMOUNT_OF_LINES']])
  const line = (det_item_fee_sumamt: number) =>
    of({ medfee_sumamt: det_item_fee_sumamt, feedetail: [{ pric: 100, det_item_fee_sumamt }] })
  expect([line(100.05), line(100.06)]).toEqual([[], ['LINE_AMOUNT']])
})

test('Times that cannot be', () => {
  const sent = (ingest_time: string) => of({ setl_time: '2026-03-02 10:00:00', ingest_time })
  expect([sent('2026-03-02 10:00:00'), sent('2026-03-02 09:59:59')]).toEqual([[], ['TIME_IN_FUTURE']])
  expect([sent('2026-04-01 10:00:00'), sent('2026-04-01 10:00:01')]).toEqual([[], ['TIME_LONG_AGO']])
})
