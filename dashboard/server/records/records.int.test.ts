import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anAlert } from '../../testing/alerts.ts'
import { ChdbRecords } from '../../testing/chdb-records.ts'
import { TestDashboard } from '../../testing/dashboard.ts'
import { clickhouseAlerts } from '../alerts/clickhouse-alerts.ts'
import { Standings } from '../workflow/standings.ts'

const PERSON = 'P9900000001'
const OTHER = 'P9900000002'
const CODE = '84000000000000000009'
const BATCH = { batch: 1 }

/** A settlement as it comes, with one drug line and one examination. */
function settlement(setl_id: string, changes: Record<string, unknown> = {}) {
  return {
    kind: 'settlement',
    setl_id,
    mdtrt_id: `M${setl_id}`,
    psn_no: PERSON,
    psn_name: 'hmac:0123456789abcdef0123456789abcdef',
    gend: '1',
    brdy: '1960-02-03',
    insutype: '310',
    insu_admdvs: '990102',
    mdtrt_admdvs: '990102',
    fixmedins_code: 'H99010200001',
    med_type: '11',
    setl_time: '2026-01-05T09:31:07+08:00',
    chfpdr_code: 'D990102000011',
    medfee_sumamt: 85.4,
    fund_pay_sumamt: 60,
    diseinfo: [{ diag_type: '1', maindiag_flag: '1', diag_srt_no: 1, diag_code: 'J06.900', diag_name: '急性上呼吸道感染' }],
    feedetail: [
      line('1', { med_list_codg: 'XJ01CAA040E001010100001', med_list_name: '阿莫西林胶囊', det_item_fee_sumamt: 25 }),
      line('2', { med_list_codg: '002503020030000', det_item_fee_sumamt: 60.4, pric: 60.4, cnt: 1 }),
    ],
    drug_trac_info: [
      { feedetl_sn: '1', drug_trac_codg: CODE, trdn_flag: '1' },
      { feedetl_sn: '9', drug_trac_codg: '84000000000000000010' },
    ],
    ...changes,
  }
}

function line(feedetl_sn: string, changes: Record<string, unknown>) {
  return { feedetl_sn, fee_ocur_time: '2026-01-05T09:10:00+08:00', cnt: 2, pric: 12.5, bilg_dr_codg: 'D990102000012', ...changes }
}

let records: ChdbRecords
let dashboard: TestDashboard

beforeAll(async () => {
  records = await ChdbRecords.open()
  dashboard = await TestDashboard.start({ records, alerts: clickhouseAlerts(records, new Standings()) })
  const all = [
    settlement('S1'),
    settlement('S2', { setl_time: '2026-01-06T10:00:00+08:00', psn_no: OTHER, fund_pay_sumamt: 40.1 }),
    settlement('S3', {
      setl_time: '2026-01-07T10:00:00+08:00',
      insu_admdvs: '980100',
      mdtrt_admdvs: '980100',
      fixmedins_code: 'H98',
    }),
    settlement('S4', {
      ...{ setl_time: '2026-01-08T10:00:00+08:00', insu_admdvs: '980100', mdtrt_admdvs: '' },
      ...{ med_type: '21', begntime: '2026-01-02T08:00:00+08:00', endtime: '2026-01-08T09:00:00+08:00' },
    }),
  ]
  await records.insert(
    'raw_event',
    all.map((event, offset) => ({ kind: 'settlement', id: event.setl_id, offset, raw: JSON.stringify(event), ...BATCH })),
  )
  await records.insert(
    'settlement',
    all.map((event) => ({ ...event, line_count: event.feedetail.length, ...BATCH })),
  )
  await records.insert(
    'fee_line',
    all.flatMap(({ feedetail, ...event }) => feedetail.map((one) => ({ ...event, ...one, ...BATCH }))),
  )
  await records.insert(
    'trace_use',
    all.flatMap(({ drug_trac_info, ...event }) => drug_trac_info.map((one) => ({ ...event, ...one, ...BATCH }))),
  )
  await records.insert('void', [{ setl_id: 'V2', orig_setl_id: 'S2', psn_no: OTHER, fixmedins_code: 'H99010200001', ...BATCH }])
  await records.insert('reference_row', [
    row('institution', 'H99010200001', { name: '示例市第九医院', kind: 'hospital', level: '3', admdvs: '990102', beds: 800 }),
    row('institution', 'H98', { name: '外地医院', admdvs: '980100' }),
    row('item', '002503020030000', { name: '糖化血红蛋白测定' }),
    row('item', 'GONE', { name: '已删除的项目' }),
    { ...row('item', 'GONE', {}), deleted: true, version: 2 },
    row('doctor', 'D990102000011', { name: '张三丰', title: '主任医师' }),
    row('person', PERSON, { gend: '1', brdy: '1960-02-03', psn_name: '张三', chronic: [{ dise_codg: 'M03' }] }),
  ])
  await records.insertAlerts([
    anAlert(1, { seq: 1, lines: [{ setl_id: 'S1', feedetl_sn: '2', vola_item_type: 1, vola_amt: 60.4 }] }),
    anAlert(2, { seq: 2, setl_ids: ['S2'], subject_id: 'S2' }),
    anAlert(3, { seq: 3, setl_ids: ['S3'], admdvs: '980100', insu_admdvs: '980100' }),
  ])
})
afterAll(async () => {
  await dashboard.stop()
  await records.close()
})

function row(table: string, id: string, content: object) {
  return { table, id, row: JSON.stringify(content), deleted: false, version: 1, ...BATCH }
}

async function ask(path: string, { scope = '000000', role = 'officer' as const, body }: Asked = {}) {
  const headers = await dashboard.bearer(role, scope)
  const answer = await dashboard.app.inject({ url: `/api/v1${path}`, headers, ...(body && { method: 'POST', body }) })
  expect(answer.body).not.toMatch(/P990000000|hmac:|张三"|1960-02-03/)
  return answer.json()
}
interface Asked {
  readonly scope?: string
  readonly role?: 'officer' | 'regulator'
  readonly body?: object
}
const ids = (rows: readonly { setl_id: string }[]) => rows.map(({ setl_id }) => setl_id)

describe('a settlement', () => {
  it('is shown whole: header, diagnoses, lines with their trace codes and alerts, the person masked', async () => {
    const whole = await ask('/settlements/S1')
    expect(whole.header).toMatchObject({
      setl_id: 'S1',
      psn_no: 'P9****0001',
      age: 65,
      medfee_sumamt: 85.4,
      setl_time: '2026-01-05T09:31:07+08:00',
    })
    expect(whole.institution_name).toBe('示例市第九医院')
    expect(whole.diagnoses).toEqual([{ code: 'J06.900', name: '急性上呼吸道感染', type: '1', main: true }])
    expect(whole.lines).toMatchObject([
      { name: '阿莫西林胶囊', cnt: 2, pric: 12.5, det_item_fee_sumamt: 25, traces: [{ code: CODE, split: true }] },
      { name: '糖化血红蛋白测定', det_item_fee_sumamt: 60.4, traces: [] },
    ])
    expect(whole.loose_traces).toEqual([{ code: '84000000000000000010', split: false }])
    expect(whole.alerts).toMatchObject([{ alert_id: anAlert(1).alert_id }])
    expect(whole.alert_lines).toEqual({ 2: [anAlert(1).alert_id] })
  })

  it('says what took it back', async () => {
    expect((await ask('/settlements/S2')).voided_by).toBe('V2')
    expect((await ask('/settlements/S1')).voided_by).toBe('')
  })

  it('does not exist outside the regions; without a place of its own it lies where its institution lies', async () => {
    expect((await ask('/settlements/S3', { scope: '990100' })).code).toBe('SETTLEMENT_UNKNOWN')
    expect((await ask('/settlements/S4', { scope: '990100' })).header.setl_id).toBe('S4')
    expect((await ask('/settlements/S9')).code).toBe('SETTLEMENT_UNKNOWN')
  })
})

describe('settlements', () => {
  it.each([
    ['', ['S4', 'S3', 'S2', 'S1']],
    ['fixmedins_code=H98', ['S3']],
    ['doctor=D990102000012&from=2026-01-07', ['S4', 'S3']],
    ['doctor=D990102000011&to=2026-01-05', ['S1']],
    ['med_list_codg=002503020030000&to=2026-01-06', ['S2', 'S1']],
    [`drug_trac_codg=${CODE}`, ['S4', 'S3', 'S2', 'S1']],
    ['person_of=settlement:S2', ['S2']],
    [`person_of=alert:${anAlert(1).alert_id}`, ['S4', 'S3', 'S1']],
  ])('are found by %s', async (query, expected) => {
    expect(ids((await ask(`/settlements?${query}`)).rows)).toEqual(expected)
  })

  it('come page by page, within the regions', async () => {
    const first = await ask('/settlements?limit=2')
    const second = await ask(`/settlements?limit=2&cursor=${first.next}`)
    expect([...ids(first.rows), ...ids(second.rows), second.next]).toEqual(['S4', 'S3', 'S2', 'S1', null])
    expect(first.rows[0]).toMatchObject({ psn_no: 'P9****0001', fund_pay_sumamt: 60, line_count: 2, voided: false })
    expect(ids((await ask('/settlements', { scope: '990100' })).rows)).toEqual(['S4', 'S2', 'S1'])
  })
})

describe('an entity', () => {
  it('is an institution with what it is, what it does and what was found', async () => {
    const hospital = await ask('/entities/institution/H99010200001')
    expect(hospital.facts).toMatchObject({ name: '示例市第九医院', beds: 800 })
    expect(hospital.activity).toMatchObject({
      settlements: 2,
      persons: 1,
      fund_pay_sumamt: 120,
      first: '2026-01-05T09:31:07+08:00',
    })
    expect(ids(hospital.settlements)).toEqual(['S4', 'S2', 'S1'])
    expect(hospital.alerts.total).toEqual({ value: 3, exact: true })
  })

  it('is a person, named by a settlement or an alert and never by the number', async () => {
    const person = await ask('/entities/person/settlement:S1')
    expect(person).toMatchObject({ id: 'P9****0001', facts: { gend: '1', chronic: [{ dise_codg: 'M03' }] } })
    expect(Object.keys(person.facts)).not.toContain('psn_name')
    expect((await ask(`/entities/person/${PERSON}`)).code).toBe('ENTITY_UNKNOWN')
    expect((await ask('/entities/person/settlement:S3', { scope: '990100' })).code).toBe('ENTITY_UNKNOWN')
  })

  it('is a doctor, whose name is for those who handle cases', async () => {
    expect((await ask('/entities/doctor/D990102000011')).facts.name).toBe('张三丰')
    expect((await ask('/entities/doctor/D990102000011', { role: 'regulator' })).facts.name).toBe('张**')
  })

  it('is an item or a trace code', async () => {
    expect((await ask('/entities/item/002503020030000')).activity.settlements).toBe(3)
    expect(ids((await ask(`/entities/trace/${CODE}`)).settlements)).toHaveLength(4)
    expect((await ask('/entities/item/GONE')).code).toBe('ENTITY_UNKNOWN')
  })

  it('does not exist outside the regions', async () => {
    expect((await ask('/entities/institution/H98', { scope: '990100' })).code).toBe('ENTITY_UNKNOWN')
  })
})

describe('a timeline', () => {
  const day = (date: string, settlements: number, fund: number, severe: number) => {
    return { day: date, settlements, fund_pay_sumamt: fund, alerts: [0, severe, 0, 0] }
  }

  it('tells day by day what was settled and found, voided settlements left out', async () => {
    const told = await ask('/entities/institution/H99010200001/timeline')
    expect(told).toMatchObject({ from: '2025-07-13', to: '2026-01-08', stays: [], alerts_exact: true })
    expect(told.days).toEqual([day('2026-01-05', 1, 60, 3), day('2026-01-08', 1, 60, 0)])
    const one = await ask('/entities/institution/H99010200001/timeline?from=2026-01-06&to=2026-01-31')
    expect(one.days).toEqual([day('2026-01-08', 1, 60, 0)])
  })

  it('of a person, named by a settlement, shows the stays as well', async () => {
    const { stays } = await ask('/entities/person/settlement:S1/timeline')
    expect(stays).toEqual([
      {
        ...{ mdtrt_id: 'MS4', fixmedins_code: 'H99010200001' },
        ...{ begntime: '2026-01-02T08:00:00+08:00', endtime: '2026-01-08T09:00:00+08:00' },
      },
    ])
  })

  it('holds nothing of other regions', async () => {
    expect((await ask('/entities/institution/H98/timeline', { scope: '990100' })).days).toEqual([])
    expect((await ask('/entities/person/settlement:S3/timeline', { scope: '990100' })).code).toBe('ENTITY_UNKNOWN')
  })
})

describe('the names of institutions', () => {
  const names = async (scope?: string) => (await ask('/institutions?code=H99010200001,H98,NOBODY', { scope })).rows

  it('are told by their codes, within the regions', async () => {
    const own = { fixmedins_code: 'H99010200001', name: '示例市第九医院' }
    expect(await names()).toHaveLength(2)
    expect(await names('990100')).toEqual([own])
  })
})

describe('a list of settlements as a file', () => {
  it('holds what the list shows, persons masked', async () => {
    const headers = await dashboard.bearer('officer', '990100')
    const url = '/api/v1/exports/settlements.csv?person_of=settlement:S1&lang=en&reason=a%20closer%20look'
    const { body } = await dashboard.app.inject({ url, headers })
    const lines = body.slice(1).split('\r\n')
    expect(lines.slice(1, -2).map((line) => line.split(',').slice(0, 3).join(' '))).toEqual([
      'S4 2026-01-08T10:00:00+08:00 P9****0001',
      'S1 2026-01-05T09:31:07+08:00 P9****0001',
    ])
    expect(body).not.toMatch(/P990000000/)
  })
})

describe('a search', () => {
  const found = async (q: string, scope?: string) => {
    const { rows } = await ask('/search', { scope, body: { q } })
    return rows.map(({ type, id, label }: Record<string, string>) => [type, id, label].filter(Boolean).join(' '))
  }

  it.each([
    ['S1', ['settlement S1']],
    ['MS1', ['settlement S1']],
    ['H99010200001', ['institution H99010200001 示例市第九医院']],
    ['第九', ['institution H99010200001 示例市第九医院']],
    ['糖化', ['item 002503020030000 糖化血红蛋白测定']],
    ['D990102000012', ['doctor D990102000012']],
    ['D990102000011', ['doctor D990102000011']],
    [CODE, [`trace ${CODE}`]],
    ['P9900000', []],
    ['已删除', []],
    ["' OR 1 = 1", []],
  ])('for %s finds what it leads to', async (q, expected) => {
    expect(await found(q)).toEqual(expected)
  })

  it('for the whole number of a person finds a settlement that leads to them', async () => {
    const { rows } = await ask('/search', { body: { q: OTHER } })
    expect(rows).toEqual([{ type: 'person', id: 'P9****0002', label: '', settlement: 'S2' }])
  })

  it('finds nothing outside the regions', async () => {
    expect(await found('S3', '990100')).toEqual([])
    expect(await found('外地', '990100')).toEqual([])
  })
})
