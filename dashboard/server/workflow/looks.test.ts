import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MINUTE, parseInstant } from '../../../schemas/time.ts'
import { alertId, anAlert } from '../../testing/alerts.ts'
import { TestDashboard } from '../../testing/dashboard.ts'

let dashboard: TestDashboard
let now: number
let li: { authorization: string }
let wang: { authorization: string }
beforeEach(async () => {
  now = parseInstant('2026-01-05 09:00:00')
  dashboard = await TestDashboard.start({ now: () => now })
  li = await dashboard.bearer('officer')
  wang = await dashboard.bearer('reviewer2')
})
afterEach(() => dashboard.stop())

const personsOf = (n: number, count: number) =>
  Array.from({ length: count }, (_, i) => `P99${String(n * 1_000 + i).padStart(8, '0')}`)
/** An alert that names so many persons, too slight to be held by itself. */
const naming = (n: number, count: number) => anAlert(n, { severity: 3, psn_no: '', evidence: { persons: personsOf(n, count) } })

async function post(url: string, headers: typeof li, payload: object = {}) {
  return (await dashboard.app.inject({ method: 'POST', url: `/api/v1${url}`, headers, payload })).json()
}
const look = (n: number, headers = li, more: object = {}) =>
  post(`/alerts/${alertId(n)}/unmask`, headers, { reason: 'for the hearing', ...more })

describe('a look at persons', () => {
  it('is taken alone at fifty within ten minutes, and no further', async () => {
    dashboard.log.append(naming(1, 30), naming(2, 20), naming(3, 1))
    expect((await look(1)).persons).toHaveLength(30)
    expect((await look(2)).persons).toHaveLength(20)
    expect(await look(3)).toMatchObject({ status: 403, code: 'APPROVAL_REQUIRED', persons: 1 })
    expect((await look(3, wang)).persons).toHaveLength(1)
    now += 10 * MINUTE
    expect((await look(3)).persons).toHaveLength(1)
  })

  it('at more is taken once a second person has agreed: once, at this alert, by whoever asked', async () => {
    dashboard.log.append(naming(1, 51), naming(2, 51))
    const { code, unmasking_id } = await look(1)
    expect([code, (await look(1, li, { unmasking_id })).code]).toEqual(['APPROVAL_REQUIRED', 'UNMASKING_UNKNOWN'])
    const waiting = await dashboard.app.inject({ url: '/api/v1/unmaskings', headers: wang })
    expect(waiting.json().rows).toMatchObject([{ unmasking_id, persons: 51, reason: 'for the hearing' }])
    expect(await post(`/unmaskings/${unmasking_id}/approve`, li)).toMatchObject({ code: 'FOUR_EYES' })
    const far = await dashboard.bearer('officer', '980000')
    expect(await post(`/unmaskings/${unmasking_id}/approve`, far)).toMatchObject({ code: 'UNMASKING_UNKNOWN' })
    expect(await post(`/unmaskings/${unmasking_id}/approve`, wang)).toMatchObject({ persons: 51 })
    expect((await look(2, li, { unmasking_id })).code).toBe('UNMASKING_UNKNOWN')
    expect((await look(1, wang, { unmasking_id })).code).toBe('UNMASKING_UNKNOWN')
    expect((await look(1, li, { unmasking_id })).persons).toHaveLength(51)
    expect((await look(1, li, { unmasking_id })).code).toBe('UNMASKING_UNKNOWN')
    const rows = await dashboard.database.query<{ action: string }>('SELECT action FROM audit WHERE object_id = $1 ORDER BY n', [
      alertId(1),
    ])
    expect(rows.map(({ action }) => action)).toEqual(['request_unmask', 'approve_unmask', 'unmask'])
  })
})

describe('what people write', () => {
  it('names nobody by a number', async () => {
    dashboard.log.append(anAlert(1, { psn_no: 'P9900000077' }))
    const note = (text: string) =>
      post(`/alerts/${alertId(1)}/actions`, li, { action: 'note', note: text, version: 1 }).then(({ code = 'done' }) => code)
    for (const text of [
      'the card 990102194912310028 is not hers',
      'call 13812345678',
      'paid with 6222020200112233',
      'P9900000077 came twice',
    ]) {
      expect([text, await note(text)]).toEqual([text, 'NOTE_NAMES_PERSON'])
    }
    expect(await note('settlement S370100000001 of 2026-01-05, trace code 81234567890123456789')).toBe('done')
    expect((await look(1, li, { reason: 'of 990102194912310028' })).code).toBe('NOTE_NAMES_PERSON')
  })

  it('through a dossier counts as any other', async () => {
    dashboard.log.append(naming(1, 51))
    const { case_id } = await post('/cases', li, { alert_ids: [alertId(1)] })
    const dossier = async (query: string) =>
      (await dashboard.app.inject({ url: `/api/v1/cases/${case_id}/dossier${query}`, headers: li })).json()
    expect((await dossier('')).masked).toBe(true)
    const { code, unmasking_id } = await dossier('?reason=appeal')
    expect(code).toBe('APPROVAL_REQUIRED')
    await post(`/unmaskings/${unmasking_id}/approve`, wang)
    const named = await dossier(`?reason=appeal&unmasking_id=${unmasking_id}`)
    expect([named.masked, named.alerts[0].evidence.persons.length]).toEqual([false, 51])
    expect((await dossier(`?reason=appeal&unmasking_id=${unmasking_id}`)).code).toBe('UNMASKING_UNKNOWN')
  })
})
