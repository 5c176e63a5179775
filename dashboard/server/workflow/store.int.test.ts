import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Alert } from '../../../schemas/alert.ts'
import { alertId, anAlert } from '../../testing/alerts.ts'
import { ChdbRecords } from '../../testing/chdb-records.ts'
import { TestDashboard } from '../../testing/dashboard.ts'
import { pdfText } from '../../testing/pdf-text.ts'
import { clickhouseAlerts } from '../alerts/clickhouse-alerts.ts'
import { emptyDatabase } from '../database/testing/shared.ts'
import { packageInside } from '../dossier/inside.ts'
import { readCalendar, readSettlements } from './settlements.ts'
import { Standings } from './standings.ts'

const INSTITUTION = 'H99010200001'
const ITEM = 'XJ01CAA040E001010100001'
let records: ChdbRecords
let dashboard: TestDashboard
let officer: { authorization: string }

const settlement = { setl_id: 'S1', psn_no: 'P9900000001', fixmedins_code: INSTITUTION, feedetail: [{ med_list_codg: ITEM }] }
const subject = { subject_type: 'institution', subject_id: INSTITUTION } as const

beforeAll(async () => {
  records = await ChdbRecords.open()
  await records.insert('settlement', [
    {
      setl_id: 'S1',
      psn_no: 'P9900000001',
      fixmedins_code: INSTITUTION,
      setl_time: '2026-01-31T23:30:00+08:00',
      fund_pay_sumamt: 2,
    },
  ])
  await records.insert('raw_event', [
    { kind: 'settlement', id: 'S1', raw: JSON.stringify({ kind: 'settlement', ...settlement }) },
  ])
  await records.insert('reference_row', [
    { table: 'calendar', id: '2026-02-16', row: '{"workday":true}', version: 1 },
    { table: 'calendar', id: '2026-02-16', row: '{"workday":false,"name":"春节"}', version: 2 },
    { table: 'calendar', id: '2026-02-14', row: '{"workday":true}', version: 3 },
    { table: 'calendar', id: '2026-02-15', row: '{"workday":true}', version: 4 },
    { table: 'calendar', id: '2026-02-15', row: '{}', deleted: true, version: 5 },
    { table: 'price_cap', id: 'cap', row: JSON.stringify({ code: ITEM, cap: 10 }), version: 6 },
    { table: 'price_cap', id: 'other', row: '{"code":"elsewhere","cap":1}', version: 7 },
    { table: 'institution', id: INSTITUTION, row: '{"level":"3"}', version: 8 },
  ])
  await records.insertAlerts([
    anAlert(1, { ...subject, seq: 1, lines: [] }),
    anAlert(2, { ...subject, seq: 2, severity: 3 }),
    anAlert(3, { seq: 3, severity: 3, status: 'retracted', retract_reason: 'VOIDED' }),
  ])
  const database = await emptyDatabase()
  const standings = await Standings.load(database)
  dashboard = await TestDashboard.start({ records, database, standings, alerts: clickhouseAlerts(records, standings) })
  officer = await dashboard.bearer('officer')
}, 120_000)
afterAll(async () => {
  await dashboard.stop()
  await records.close()
})

const get = async (url: string) => (await dashboard.app.inject({ url: `/api/v1${url}`, headers: officer })).json()
async function post(url: string, payload: object) {
  return (await dashboard.app.inject({ method: 'POST', url: `/api/v1${url}`, headers: officer, payload })).json()
}

describe('what the workflow asks of the store', () => {
  it('is the institution, the month and the payment of a settlement', async () => {
    expect(await readSettlements(records, ['S1', 'S2'])).toEqual(
      new Map([['S1', { setl_id: 'S1', fixmedins_code: INSTITUTION, month: '2026-01', fund_pay: 200 }]]),
    )
  })

  it('is the calendar, each day as it was said last', async () => {
    const days = await readCalendar(records)
    expect(days.sort((a, b) => (a.day < b.day ? -1 : 1))).toEqual([
      { day: '2026-02-14', workday: true },
      { day: '2026-02-16', workday: false },
    ])
  })

  it('holds no more than the fund has paid', async () => {
    const { holds } = (await post(`/alerts/${alertId(1)}/actions`, { action: 'hold', note: 'doubtful', version: 1 }).then(() =>
      get(`/alerts/${alertId(1)}`).then(({ work }) => work),
    )) as { holds: object[] }
    expect(holds).toMatchObject([{ setl_id: 'S1', amt: 2, month: '2026-01' }])
  })
})

describe('a list', () => {
  it('is filtered by state and owner, whoever has acted', async () => {
    const { owner } = await post(`/alerts/${alertId(2)}/actions`, { action: 'claim', version: 1 })
    const ids = async (query: string) => {
      const { rows } = await get(`/alerts?${query}`)
      return rows.map(({ alert_id }: Alert) => alert_id)
    }
    expect(await ids('state=NEW')).toEqual([alertId(2), alertId(1)])
    expect(await ids(`assignee=${owner}`)).toEqual([alertId(2)])
    expect(await ids('assignee=')).toEqual([alertId(3), alertId(1)])
    expect(await ids('state=VOIDED')).toEqual([alertId(3)])
    await post(`/alerts/${alertId(2)}/actions`, { action: 'file_case', note: 'x', version: 2 })
    expect(await ids('state=NEW,VOIDED&assignee=')).toEqual([alertId(3), alertId(1)])
  })
})

describe('a dossier', () => {
  it('holds the inputs, the knowledge about them, the decisions, and hashes that anyone can compute again', async () => {
    const { case_id } = await post('/cases', { alert_ids: [alertId(1)] })
    const dossier = await get(`/cases/${case_id}/dossier?reason=appeal`)
    expect(dossier.alerts).toHaveLength(2)
    expect(dossier.inputs).toContainEqual({ kind: 'settlement', id: 'S1', event: { kind: 'settlement', ...settlement } })
    expect(dossier.reference.map(({ id }: { id: string }) => id).sort()).toEqual([INSTITUTION, 'cap'].sort())
    expect(dossier.decisions[0].history[0]).toMatchObject({ action: 'hold' })
    for (const [name, hash] of Object.entries(dossier.hashes)) {
      expect([name, createHash('sha256').update(JSON.stringify(dossier[name])).digest('hex')]).toEqual([name, hash])
    }
  })

  it('is drawn as a file whose hash is in the record, and which holds the package', async () => {
    const { case_id } = await post('/cases', { alert_ids: [alertId(1)] })
    const url = `/api/v1/cases/${case_id}/dossier.pdf?lang=en`
    const { rawPayload: pdf, headers } = await dashboard.app.inject({ url, headers: officer })
    expect(headers['content-type']).toBe('application/pdf')
    const [entry] = await dashboard.database.query<{ detail: string }>(
      "SELECT detail FROM audit WHERE action = 'dossier' ORDER BY n DESC LIMIT 1",
    )
    const { pdf: hash, hashes } = JSON.parse(entry!.detail)
    expect(hash).toBe(createHash('sha256').update(pdf).digest('hex'))
    expect(JSON.parse(packageInside(pdf).toString())).toMatchObject({ masked: true, hashes, case: { case_id } })
    expect(pdfText(pdf).join('')).toContain(case_id)
  })
})
