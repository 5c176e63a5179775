import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { convertSynthea } from './convert.ts'

const TABLES = {
  organizations: 'Id,NAME,LAT,LON\nO1,"Harbour, North",42.5,-71.25\n',
  patients: 'Id,BIRTHDATE,DEATHDATE,GENDER\nP1,1960-02-03,,F\nP2,1930-05-06,2020-01-01,M\n',
  encounters: [
    'Id,STOP,ORGANIZATION,ENCOUNTERCLASS,PAYER_COVERAGE',
    'E1,2021-03-01T11:00:00Z,O1,wellness,25.00',
    'E2,2021-02-03T10:00:00Z,O1,inpatient,0.00',
    'E3,2021-04-01T10:00:00Z,O1,emergency,7.00\n',
  ].join('\n'),
  claims: [
    'Id,PATIENTID,APPOINTMENTID,SERVICEDATE,LASTBILLEDDATE1,DIAGNOSIS1,DIAGNOSIS2,DIAGNOSIS3',
    'C1,P1,E1,2021-03-01T10:00:00Z,2021-03-01T11:00:00Z,D1,,D3',
    'C2,P1,E1,2021-03-01T10:00:00Z,2021-03-01T11:00:00Z,D1,,',
    'C3,P2,E2,2021-02-01T10:00:00Z,2021-02-03T10:00:00Z,,,',
    'C4,P2,E3,2021-04-01T09:00:00Z,2021-04-01T10:00:00Z,,,\n',
  ].join('\n'),
  claims_transactions: [
    'ID,CLAIMID,TYPE,AMOUNT,UNITS,UNITAMOUNT,PROCEDURECODE,NOTES,FROMDATE',
    'T1,C1,CHARGE,20.10,2,10.05,A1,Visit,2021-03-01T10:00:00Z',
    'T2,C1,PAYMENT,,1,,A1,Visit,2021-03-01T10:00:00Z',
    'T3,C2,CHARGE,30.20,1,30.20,A2,Pill,2021-03-01T10:00:00Z',
    'T4,C4,CHARGE,9.99,1,9.99,A3,Stitch,2021-04-01T09:00:00Z\n',
  ].join('\n'),
}

type Converted = Record<string, any>
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fundwatch-synthea-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function convert(tables: Record<string, string> = TABLES): Promise<Converted[]> {
  for (const [name, text] of Object.entries(tables)) writeFileSync(join(folder, `${name}.csv.gz`), gzipSync(text))
  const events: Converted[] = []
  for await (const event of convertSynthea(folder)) events.push(JSON.parse(JSON.stringify(event)))
  return events
}

test('Institutions and persons come first, with what the tables say of them and nothing else', async () => {
  const events = await convert()
  expect(events.slice(0, 3)).toEqual([
    { kind: 'reference', table: 'institution', id: 'O1', row: { name: 'Harbour, North', lon: -71.25, lat: 42.5 } },
    { kind: 'reference', table: 'person', id: 'P1', row: { gend: '2', brdy: '1960-02-03' } },
    { kind: 'reference', table: 'person', id: 'P2', row: { gend: '1', brdy: '1930-05-06', death_date: '2020-01-01' } },
  ])
})

test('Every claim is a settlement of its own charges, in the order of billing', async () => {
  const settlements = (await convert()).slice(3)
  expect(settlements.map(({ setl_id, medfee_sumamt }) => [setl_id, medfee_sumamt])).toEqual([
    ['C3', 0],
    ['C1', 20.1],
    ['C2', 30.2],
    ['C4', 9.99],
  ])
  expect(settlements[1]).toEqual({
    kind: 'settlement',
    setl_id: 'C1',
    mdtrt_id: 'E1',
    psn_no: 'P1',
    gend: '2',
    brdy: '1960-02-03',
    insutype: '399',
    insu_admdvs: '999900',
    fixmedins_code: 'O1',
    med_type: '11',
    setl_time: '2021-03-01T11:00:00Z',
    begntime: '2021-03-01T10:00:00Z',
    endtime: '2021-03-01T11:00:00Z',
    medfee_sumamt: 20.1,
    fund_pay_sumamt: 20.1,
    psn_part_amt: 0,
    diseinfo: [
      { diag_srt_no: 1, diag_code: 'D1' },
      { diag_srt_no: 3, diag_code: 'D3' },
    ],
    feedetail: [
      {
        feedetl_sn: 'T1',
        fee_ocur_time: '2021-03-01T10:00:00Z',
        med_list_codg: 'A1',
        med_list_name: 'Visit',
        cnt: 2,
        pric: 10.05,
        det_item_fee_sumamt: 20.1,
      },
    ],
  })
})

test('The payer covers the first claim of a visit, never more than its charges, and no other', async () => {
  const settlements = (await convert()).slice(3)
  expect(settlements.map(({ setl_id, fund_pay_sumamt, psn_part_amt }) => [setl_id, fund_pay_sumamt, psn_part_amt])).toEqual([
    ['C3', 0, 0],
    ['C1', 20.1, 0],
    ['C2', 0, 30.2],
    ['C4', 7, 2.99],
  ])
})

test('Emergency and inpatient visits keep their kind, every other one is outpatient', async () => {
  const settlements = (await convert()).slice(3)
  expect(settlements.map(({ med_type }) => med_type)).toEqual(['21', '11', '11', '13'])
})

test('What the export has lost stays absent', async () => {
  const events = await convert({ ...TABLES, encounters: 'Id,STOP,ORGANIZATION,ENCOUNTERCLASS,PAYER_COVERAGE\n' })
  expect(events.at(-1)).not.toHaveProperty('fixmedins_code')
  expect(events.at(-1)).not.toHaveProperty('med_type')
  expect(events.at(-1)).toMatchObject({ fund_pay_sumamt: 0, psn_part_amt: 9.99 })
})

test('A missing table and a torn row are named', async () => {
  await expect(convert({ organizations: TABLES.organizations })).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    message: expect.stringContaining('patients.csv'),
  })
  await expect(convert({ ...TABLES, claims: 'Id,PATIENTID\nC1\n' })).rejects.toMatchObject({
    code: 'CSV_INVALID',
    message: expect.stringMatching(/claims\.csv\.gz.*line 2/),
  })
})
