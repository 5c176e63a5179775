import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { alertId, anAlert } from '../../testing/alerts.ts'
import { TestDashboard } from '../../testing/dashboard.ts'

const PERSON = 'P9900000001'
const REASON = encodeURIComponent('quarterly report')

let dashboard: TestDashboard
beforeEach(async () => {
  dashboard = await TestDashboard.start()
  const abroad = { admdvs: '980101', insu_admdvs: '980101' }
  dashboard.log.append(
    anAlert(1, { subject_type: 'person', subject_id: PERSON, psn_no: PERSON, title: '=HYPERLINK("x")' }),
    anAlert(2, { severity: 1 }),
    anAlert(3, abroad),
  )
})
afterEach(() => dashboard.stop())

async function take(path: string, scope = '990000') {
  const headers = await dashboard.bearer('officer', scope)
  const answer = await dashboard.app.inject({ url: `/api/v1/exports/${path}`, headers })
  const lines = answer.body.slice(1).split('\r\n')
  return { answer, head: lines[0]!, rows: lines.slice(1, -2), last: lines.at(-2)! }
}
const record = () =>
  dashboard.database.query<{ purpose: string; detail: string }>(
    "SELECT purpose, detail FROM audit WHERE action = 'export' ORDER BY n",
  )

describe('a list of alerts as a file', () => {
  it('holds what the list shows within the regions, persons masked, and nothing that is a formula', async () => {
    const { answer, head, rows, last } = await take(`alerts.csv?reason=${REASON}`)
    expect(answer.headers['content-type']).toContain('text/csv')
    expect(head).toMatch(/^预警编号,规则,规则名称,等级/)
    expect(rows.map((row) => row.slice(0, 32))).toEqual([alertId(2), alertId(1)])
    expect(rows[1]).toContain(`"'=HYPERLINK(""x"")"`)
    expect(rows[1]).toContain('P9****0001')
    expect(answer.body).not.toContain(PERSON)
    expect(last).toMatch(/^# alerts,2 rows,token:[0-9a-f]+,\d{4}-.*\+08:00,quarterly report$/)
  })

  it('follows the filter, in either language', async () => {
    const { head, rows } = await take(`alerts.csv?severity=1&lang=en&reason=${REASON}`)
    expect(head).toMatch(/^alert_id,detector_id,title,severity/)
    expect(rows.map((row) => row.slice(0, 32))).toEqual([alertId(2)])
  })

  it('is in the record, with why, what and the hash of the file', async () => {
    const { answer } = await take(`alerts.csv?severity=1&reason=${REASON}`)
    const sha256 = createHash('sha256').update(answer.rawPayload).digest('hex')
    expect(answer.headers['x-content-sha256']).toBe(sha256)
    const [entry] = await record()
    expect(entry).toMatchObject({ purpose: 'quarterly report' })
    expect(JSON.parse(entry!.detail)).toMatchObject({ rows: 1, sha256, filter: { severity: [1] } })
  })

  it('is not given without a reason, nor for one that names somebody', async () => {
    expect((await take('alerts.csv')).answer.statusCode).toBe(400)
    expect((await take('alerts.csv?reason=call%2013812345678')).answer.json()).toMatchObject({ code: 'NOTE_NAMES_PERSON' })
    expect(await record()).toEqual([])
  })
})

it('A list of cases as a file holds those of the regions', async () => {
  const post = async (url: string, payload: object) =>
    (
      await dashboard.app.inject({
        method: 'POST',
        url: `/api/v1${url}`,
        headers: await dashboard.bearer('officer'),
        payload,
      })
    ).json()
  const own = await post('/cases', { alert_ids: [alertId(2)] })
  await post('/cases', { alert_ids: [alertId(3)] })
  const { rows } = await take(`cases.csv?reason=${REASON}`)
  expect(rows.map((row) => row.split(',')[0])).toEqual([own.case_id])
})
