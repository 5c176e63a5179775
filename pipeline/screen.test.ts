import { afterAll, beforeAll, expect, test } from 'vitest'
import { reference, settlement } from '../detectors/testing/events.ts'
import { findDetectors } from './catalogue.ts'
import { screenReply } from './screen.ts'
import { TestPipeline } from './testing/engine-run.ts'
import { digestOf } from './verify/digest.ts'

const pipeline = new TestPipeline(await findDetectors(), Date.UTC(2026, 2, 2, 4))
const CODE = 'XJ01CAA040E001010100001'

beforeAll(async () => {
  await pipeline.open()
  const visit = settlement({ setl_id: 'S1', mdtrt_id: 'M1', setl_time: '2026-03-02 10:00:00' })
  await pipeline.send([reference('price_cap', 'cap', { code: CODE, cap: 8 }), visit])
})
afterAll(() => pipeline.remove())

const rulesOf = (body: unknown) => screenReply(pipeline.engine, body).results.map(({ rule_id }) => rule_id)
const draft = settlement({
  setl_id: '',
  setl_time: '',
  mdtrt_id: 'M9',
  psn_no: 'P9',
  feedetail: [{ fee_ocur_time: '2026-03-02 11:50:00' }],
})

test('A draft needs neither id nor time yet, and is answered in the words of the official call', () => {
  const { setl_id, results } = screenReply(pipeline.engine, draft)
  expect(setl_id).toBe('')
  const result = results.find(({ rule_id }) => rule_id === 'POL-01')
  expect(result).toMatchObject({
    ...{ patn_id: 'P9', mdtrt_id: 'M9', vola_amt: 2, vola_amt_stas: '1', result_type: 'violation', task_id: '' },
    judge_result_detail_dtos: [{ rx_id: '1', feedetl_sn: '1', patn_id: 'P9', mdtrt_id: 'M9', vola_item_type: 1, vola_amt: 2 }],
  })
  expect(result!.jr_id).toMatch(/^[0-9a-f]{32}$/)
  expect(result!.judge_result_detail_dtos[0]!.jrd_id).toBe(`${result!.jr_id}-1`)
  expect([result!.vola_cont, result!.vola_evid, result!.vola_bhvr_type]).not.toContain('')
})

test('A draft is judged against what the person was settled for before', () => {
  const again = { ...settlement({ setl_id: 'S1-again', mdtrt_id: 'M1', setl_time: '2026-03-02 10:03:00' }) }
  expect(rulesOf(again)).toContain('MGT-01')
})

const order = {
  ...{ rx_id: 'X1', rxno: 'R1', hilist_type: '101', chrg_type: '09', hilist_code: CODE, cnt: 1, pric: 10, sumamt: 10 },
  ...{ drord_begn_date: '2026-03-02 10:00:00', drord_dr_codg: 'D1', curr_drord_flag: '1' },
}
const encounter = {
  ...{ mdtrt_id: 'M9', medins_id: 'H99010100001', adm_date: '2026-03-02 09:00:00', med_type: '11', insutype: '310' },
  ...{ dscg_main_dise_codg: 'J06.900', fsi_diagnose_dtos: [], fsi_operation_dtos: [] },
  fsi_order_dtos: [order, { ...order, rx_id: 'X0', curr_drord_flag: '0', pric: 99, sumamt: 99 }],
}
const patient = {
  ...{ patn_id: 'P9', patn_name: '某某', gend: '1', brdy: '1960-02-03 00:00:00', poolarea: '990101', curr_mdtrt_id: 'M9' },
  fsi_encounter_dtos: [encounter, { ...encounter, mdtrt_id: 'M8' }],
}

test('The input of call 3101 is understood under its own names, in its envelope or without', () => {
  const data = { patient_dtos: [patient], trig_scen: '1', syscode: 'HIS', task_id: 'T1' }
  for (const body of [data, { data }, { infno: '3101', input: { data } }]) {
    const { results } = screenReply(pipeline.engine, body)
    expect(results.filter(({ rule_id }) => rule_id === 'POL-01')).toMatchObject([
      { patn_id: 'P9', mdtrt_id: 'M9', task_id: 'T1', vola_amt: 2, judge_result_detail_dtos: [{ rx_id: 'X1' }] },
    ])
  }
})

test('A call has no room for trace codes, so their absence is no finding; whoever sends them is judged', () => {
  const pol19 = (more: object) => {
    const encounters = [{ ...encounter, ...more }]
    const { results, skipped } = screenReply(pipeline.engine, { patient_dtos: [{ ...patient, fsi_encounter_dtos: encounters }] })
    const rule = ({ rule_id }: { rule_id: string }) => rule_id === 'POL-19'
    return [results.filter(rule).length, skipped.filter(rule).map(({ reason }) => reason)]
  }
  expect(pol19({})).toEqual([0, ['INPUT_MISSING']])
  expect(pol19({ drug_trac_info: [] })).toEqual([1, []])
})

test('Two patients of one call have results of their own', () => {
  const other = { ...patient, patn_id: 'P8', curr_mdtrt_id: 'M8' }
  const { results } = screenReply(pipeline.engine, { patient_dtos: [patient, other] })
  // What concerns the institution, too, is said of either patient.
  expect(new Set(results.map(({ patn_id }) => patn_id))).toEqual(new Set(['P9', 'P8']))
  const caps = results.filter(({ rule_id }) => rule_id === 'POL-01')
  expect(caps.map(({ patn_id }) => patn_id)).toEqual(['P9', 'P8'])
  expect(caps[0]!.jr_id).not.toBe(caps[1]!.jr_id)
})

test('A call hears only of the rules it asks for', () => {
  const data = { patient_dtos: [patient], rule_ids: ['MGT-18'] }
  expect(screenReply(pipeline.engine, { data })).toMatchObject({ results: [] })
})

test('What is no settlement is refused with its code', () => {
  expect(() => screenReply(pipeline.engine, [])).toThrow(expect.objectContaining({ code: 'TYPE_INVALID' }))
  const { psn_no: _, ...nobody } = draft
  expect(() => screenReply(pipeline.engine, nobody)).toThrow(expect.objectContaining({ code: 'FIELD_MISSING' }))
  expect(() => screenReply(pipeline.engine, { ...draft, kind: 'void' })).toThrow(
    expect.objectContaining({ code: 'KIND_UNKNOWN' }),
  )
  expect(() => screenReply(pipeline.engine, { ...draft, setl_time: 'soon' })).toThrow(
    expect.objectContaining({ code: 'TIME_INVALID' }),
  )
})

test('Any number of screens changes nothing: memory and later alerts are as if nobody had asked', async () => {
  const memoryOf = () => [...pipeline.memory.scan('')].map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
  const before = memoryOf()
  for (let i = 0; i < 50; i++) rulesOf({ ...draft, psn_no: `P${i % 3}`, setl_time: '2026-03-02 10:02:00' })
  expect(memoryOf()).toEqual(before)
  const undisturbed = new TestPipeline(await findDetectors(), Date.UTC(2026, 2, 2, 4))
  const events = [
    reference('price_cap', 'cap', { code: CODE, cap: 8 }),
    settlement({ setl_id: 'S1', mdtrt_id: 'M1', setl_time: '2026-03-02 10:00:00' }),
    settlement({ setl_id: 'S2', mdtrt_id: 'M1', setl_time: '2026-03-02 10:03:00' }),
  ]
  const alertsOf = async ({ store }: TestPipeline) =>
    digestOf((await store.query<{ body: string }>('SELECT body FROM alert FINAL')).map(({ body }) => JSON.parse(body)))
  await pipeline.send([events[2]!])
  const disturbed = await alertsOf(pipeline)
  await pipeline.close()
  await undisturbed.open()
  await undisturbed.send(events)
  expect(await alertsOf(undisturbed)).toBe(disturbed)
  await undisturbed.remove()
  await pipeline.open()
})
