import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alertId, anAlert } from '../testing/alerts.ts'
import { ChdbRecords } from '../testing/chdb-records.ts'
import { TestDashboard } from '../testing/dashboard.ts'
import { clickhouseAlerts } from './alerts/clickhouse-alerts.ts'
import type { AlertReader } from './alerts/reader.ts'
import { Standings } from './workflow/standings.ts'

let records: ChdbRecords
let dashboard: TestDashboard
let alerts: AlertReader

beforeAll(async () => {
  records = await ChdbRecords.open()
  alerts = clickhouseAlerts(records, new Standings())
  dashboard = await TestDashboard.start({ records, alerts })
  await records.insertAlerts([
    anAlert(1, { seq: 1, severity: 1, vola_amt: 10.05, risk_score: 90.1 }),
    anAlert(2, { seq: 2, severity: 2, vola_amt: 10.05, risk_score: 80 }),
    anAlert(3, {
      seq: 3,
      severity: 2,
      vola_amt: 300,
      detector_id: 'MGT-18',
      title: '追溯码重复结算',
      event_time: '2026-01-04T23:59:59+08:00',
    }),
    anAlert(4, { seq: 4, severity: 4, admdvs: '980100', insu_admdvs: '990103', setl_ids: ['S4', 'S44'] }),
    anAlert(5, { seq: 5, severity: 1, admdvs: '980100', insu_admdvs: '980100' }),
    anAlert(6, { seq: 6, mode: 'shadow' }),
    anAlert(7, { seq: 7, disposition: 'snoozed' }),
    anAlert(8, { seq: 8, subject_type: 'person', subject_id: 'P9900000008', psn_no: 'P9900000008' }),
    anAlert(1, {
      seq: 9,
      severity: 1,
      vola_amt: 10.05,
      risk_score: 90.1,
      revision: 2,
      status: 'retracted',
      retract_reason: 'VOIDED',
    }),
  ])
})
afterAll(async () => {
  await dashboard.stop()
  await records.close()
})

async function get(path: string, scope = '000000') {
  const headers = await dashboard.bearer('officer', scope)
  return (await dashboard.app.inject({ url: `/api/v1${path}`, headers })).json()
}
const seqs = async (query: string, scope?: string) => {
  const { rows } = await get(`/alerts?${query}`, scope)
  return rows.map((row: { seq: number }) => row.seq)
}

describe('groups of alerts', () => {
  const groups = async (query: string, scope?: string) => (await get(`/alerts/groups?${query}`, scope)).rows

  it('are counted exactly, the most severe first, open and shown alerts only', async () => {
    expect(await groups('by=detector')).toMatchObject([
      { key: 'POL-01', subject_type: '', alert_id: alertId(8), severity: 1, open: 4, by_severity: [1, 2, 0, 1], vola_amt: 17.55 },
      { key: 'MGT-18', subject_type: '', alert_id: alertId(3), severity: 2, open: 1, by_severity: [0, 1, 0, 0], vola_amt: 300 },
    ])
    expect((await groups('by=institution')).map(({ key, open }: { key: string; open: number }) => [key, open])).toEqual([
      ['H99010200001', 5],
    ])
  })

  it('hide persons, and what lies outside the regions', async () => {
    const subjects = await groups('by=subject', '990102')
    expect(subjects.map(({ key }: { key: string }) => key)).toEqual(expect.arrayContaining(['S2', 'S3', 'P9****0008']))
    expect(subjects).toHaveLength(3)
  })

  it('keep to the filter', async () => {
    expect(await groups('by=detector&severity=4')).toMatchObject([{ key: 'POL-01', open: 1, severity: 4 }])
    expect((await get('/alerts/groups?by=moon')).code).toBe('REQUEST_INVALID')
  })
})

describe('days of alerts', () => {
  const days = async (query: string, scope?: string) => (await get(`/alerts/days?${query}`, scope)).rows

  it('count what happened on each day, retracted or not, the latest first and no more than asked', async () => {
    expect(await days('')).toEqual([
      { day: '2026-01-05', alerts: 5, open: 4, vola_amt: 17.55 },
      { day: '2026-01-04', alerts: 1, open: 1, vola_amt: 300 },
    ])
    expect(await days('limit=1')).toMatchObject([{ day: '2026-01-05' }])
    expect((await get('/alerts/days?limit=0')).code).toBe('REQUEST_INVALID')
  })

  it('keep to the filter and the regions', async () => {
    expect(await days('detector_id=MGT-18')).toMatchObject([{ day: '2026-01-04', alerts: 1 }])
    expect(await days('', '990102')).toMatchObject([
      { day: '2026-01-05', alerts: 3, open: 2 },
      { day: '2026-01-04', alerts: 1 },
    ])
  })
})

describe('alerts in ClickHouse', () => {
  it('are listed in their latest revision, without what is not shown', async () => {
    expect(await seqs('')).toEqual([9, 8, 5, 4, 3, 2])
    expect((await get('/alerts?limit=1')).rows[0]).toMatchObject({ revision: 2, status: 'retracted', state: 'VOIDED' })
  })

  it.each([
    ['severity=1', [9, 5]],
    ['severity=2,4', [8, 4, 3, 2]],
    ['detector_id=MGT-18', [3]],
    ['status=retracted', [9]],
    ['state=NEW,FIRST_REVIEW', [8, 5, 4, 3, 2]],
    ['state=CLOSED', []],
    ['min_vola_amt=10.05', [9, 3, 2]],
    ['min_vola_amt=10.06', [3]],
    ['admdvs=990100', [9, 8, 4, 3, 2]],
    ['fixmedins_code=H99010200001,none', [9, 8, 5, 4, 3, 2]],
    ['fixmedins_code=none', []],
    ['from=2026-01-05', [9, 8, 5, 4, 2]],
    ['to=2026-01-04', [3]],
    ['from=2026-01-04&to=2026-01-04', [3]],
    ['q=%E8%BF%BD%E6%BA%AF', [3]],
    ['q=mgt-18', [3]],
    ['q=S44', [4]],
    [`q=${alertId(2)}`, [2]],
    ['q=P9900000008', []],
    ['assignee=li', []],
    ['sort=severity&limit=3', [9, 5, 2]],
    ['sort=-vola_amt&limit=3', [3, 2, 9]],
    ['sort=event_time&limit=2', [3, 9]],
    ['sort=-risk_score&limit=2', [9, 2]],
  ])('answer %s', async (query, expected) => {
    expect(await seqs(query)).toEqual(expected)
  })

  it.each(['-seq', 'seq', 'event_time', '-vola_amt', 'severity', '-risk_score'])(
    'come page by page by %s without gap or repetition',
    async (sort) => {
      const paged: number[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const page: { rows: { seq: number }[]; next: string | null } = await get(
          `/alerts?sort=${sort}&limit=2${cursor && `&cursor=${cursor}`}`,
        )
        paged.push(...page.rows.map(({ seq }) => seq))
        cursor = page.next
      }
      expect(paged).toEqual(await seqs(`sort=${sort}`))
      expect(paged).toHaveLength(6)
    },
  )

  it('refuse a cursor of another order', async () => {
    const { next } = await get('/alerts?sort=severity&limit=2')
    expect(await get(`/alerts?sort=-seq&cursor=${next}`)).toMatchObject({ code: 'CURSOR_INVALID' })
    expect(await get('/alerts?cursor=rubbish')).toMatchObject({ code: 'CURSOR_INVALID' })
  })

  it('are counted in full on demand, and per severity and detector for the socket', async () => {
    expect((await get('/alerts?limit=1&total=true')).total).toEqual({ value: 6, exact: true })
    expect(await alerts.counts({ scope: ['000000'], institutions: [] }, {})).toEqual({
      open: 5,
      by_severity: { 1: 1, 2: 3, 4: 1 },
      by_detector: { 'POL-01': 4, 'MGT-18': 1 },
    })
  })

  it('stay within the regions of the caller', async () => {
    expect(await seqs('', '990100')).toEqual([9, 8, 4, 3, 2])
    expect(await seqs('', '980000')).toEqual([5, 4])
    expect(await get(`/alerts/${alertId(5)}`, '990100')).toMatchObject({ code: 'ALERT_UNKNOWN' })
  })

  it('are shown whole with their history', async () => {
    const alert = await get(`/alerts/${alertId(1)}`)
    expect(alert).toMatchObject({ revision: 2, seq: 9, lines: [{ setl_id: 'S1' }], explanation: { en: expect.any(String) } })
    expect(alert.revisions).toEqual([
      expect.objectContaining({ revision: 2, seq: 9, status: 'retracted', retract_reason: 'VOIDED', vola_amt: 10.05 }),
      expect.objectContaining({ revision: 1, seq: 1, status: 'open', detected_at: '2026-01-05T09:00:01+08:00' }),
    ])
  })
})

describe('the catalogue in ClickHouse', () => {
  it('is answered in the latest version of each detector', async () => {
    const row = (id: string, version: number) => ({
      id,
      version,
      row: JSON.stringify({ id, version, title: { zh: '规则', en: 'Rule' } }),
      published_at: `2026-01-0${version}T00:00:00+08:00`,
    })
    await records.insert('detector_catalogue', [row('POL-01', 1), row('POL-01', 2), row('MGT-18', 1)])
    expect((await get('/detectors')).rows).toMatchObject([{ id: 'MGT-18' }, { id: 'POL-01', version: 2 }])
    expect(await get('/detectors/pol-01')).toMatchObject({ version: 2, title: { en: 'Rule' } })
    expect(await get('/detectors/POL-99')).toMatchObject({ code: 'DETECTOR_UNKNOWN' })
  })
})

describe('dead letters in ClickHouse', () => {
  it('come page by page, by code, without the bytes that name a person', async () => {
    const letter = (offset: number, code: string) => ({
      source: 'file:a.ndjson',
      partition: 0,
      offset,
      code,
      field: '',
      message: 'refused',
      bytes: '{"psn_no":"P9900000001"',
      received_at: '2026-01-05T09:00:00+08:00',
    })
    await records.insert('dead_letter', [letter(3, 'JSON_INVALID'), letter(7, 'CONFLICT'), letter(9, 'JSON_INVALID')])
    const headers = await dashboard.bearer('sys_admin')
    const list = async (query: string) => (await dashboard.app.inject({ url: `/api/v1/deadletters?${query}`, headers })).json()
    const first = await list('limit=2')
    expect(first.rows).toMatchObject([
      { offset: 3, size: 23, received_at: '2026-01-05T09:00:00+08:00' },
      { offset: 7, code: 'CONFLICT' },
    ])
    expect(JSON.stringify(first)).not.toContain('P9900000001')
    expect(await list(`limit=2&cursor=${first.next}`)).toMatchObject({ rows: [{ offset: 9 }], next: null })
    expect((await list('code=CONFLICT,TIME_FUTURE')).rows).toHaveLength(1)
  })

  it('say what they may recover after others have claimed their part', async () => {
    const lines = [{ setl_id: 'S30', feedetl_sn: '1', vola_item_type: 1 as const, vola_amt: 4 }]
    const claims = { setl_ids: ['S30'], subject_id: 'S30', admdvs: '970100', insu_admdvs: '970100' }
    await records.insert('settlement', [{ setl_id: 'S30', fund_pay_sumamt: 7 }])
    await records.insert('fee_line', [{ setl_id: 'S30', feedetl_sn: '1', det_item_fee_sumamt: 10 }])
    await records.insertAlerts([
      anAlert(30, { ...claims, lines, vola_amt: 4 }),
      anAlert(31, { ...claims, lines: [], vola_amt: 7, result_type: 'suspicion' }),
      anAlert(32, { ...claims, lines: [], vola_amt: 7, parent_alert_id: alertId(31) }),
    ])
    const amounts = await Promise.all([30, 31, 32].map((n) => get(`/alerts/${alertId(n)}`)))
    expect(amounts.map(({ recoverable_amt }) => recoverable_amt)).toEqual([4, 3, 0])
  })
})
