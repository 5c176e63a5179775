import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DAY, parseInstant } from '../../../schemas/time.ts'
import type { Notice, NoticeRow } from '../../../schemas/workflow.ts'
import { alertId, anAlert } from '../../testing/alerts.ts'
import { TestDashboard } from '../../testing/dashboard.ts'

const OWN = 'H99010200001'
const OTHER = 'H99010200002'
const PERSON = 'P9900000042'
const SETTLEMENTS = [
  { setl_id: 'S1', fixmedins_code: OWN, month: '2026-01', fund: '100.00' },
  { setl_id: 'S2', fixmedins_code: OTHER, month: '2026-01', fund: '100.00' },
]
/** Passwords are hashed slowly on purpose, and a busy machine is slower. */
const PATIENCE_MS = 120_000
const CATALOGUE = { id: 'POL-01', title: { zh: '超限定单价收费', en: 'Unit price above the cap' } }

let dashboard: TestDashboard
let investigator: Record<string, string>
let clinic: Record<string, string>
let neighbour: Record<string, string>
let now: number

async function signedIn(username: string): Promise<Record<string, string>> {
  const payload = { username, password: 'Careful-Reader-7' }
  const answer = await dashboard.app.inject({ method: 'POST', url: '/api/v1/session', payload })
  return { cookie: String(answer.headers['set-cookie']).split(';')[0]! }
}

beforeEach(async () => {
  now = parseInstant('2026-01-05 09:00:00')
  const records = {
    query: async <T>(sql: string, params: Readonly<Record<string, unknown>> = {}) => {
      if (sql.includes('detector_catalogue')) return [{ row: JSON.stringify(CATALOGUE) }] as T[]
      if (!sql.includes('AS fund FROM settlement')) return []
      return SETTLEMENTS.filter(({ setl_id }) => (params.ids as string[]).includes(setl_id)) as T[]
    },
  }
  dashboard = await TestDashboard.start({ records, now: () => now })
  for (const [username, institution] of [
    ['clinic', OWN],
    ['neighbour', OTHER],
  ] as const) {
    const user = { username, roles: ['institution'], scope: ['990000'], institutions: [institution] }
    await dashboard.access.addUser(user, 'Careful-Reader-7', { by: 'boss' })
  }
  await dashboard.access.addUser({ username: 'li', roles: ['investigator'], scope: ['990000'] }, 'Careful-Reader-7', {
    by: 'boss',
  })
  clinic = await signedIn('clinic')
  neighbour = await signedIn('neighbour')
  investigator = await signedIn('li')
}, PATIENCE_MS)
afterEach(() => dashboard.stop(), PATIENCE_MS)

async function ask<T>(url: string, headers = clinic, payload?: object | Buffer): Promise<T & { code?: string }> {
  const method = payload === undefined ? 'GET' : 'POST'
  return (await dashboard.app.inject({ method, url: `/api/v1${url}`, headers, payload })).json()
}
async function act(n: number, order: object, headers = investigator) {
  const { state_version: version } = await ask<{ state_version: number }>(`/alerts/${alertId(n)}`, headers)
  return ask<{ state: string }>(`/alerts/${alertId(n)}/actions`, headers, { version, ...order })
}
/** An alert of the clinic that also touches its neighbour and a person. */
async function notified(n = 1): Promise<void> {
  dashboard.log.append(
    anAlert(n, {
      severity: 3,
      psn_no: PERSON,
      setl_ids: ['S1', 'S2'],
      lines: [
        { setl_id: 'S1', feedetl_sn: '1', vola_item_type: 1, vola_amt: 2.5 },
        { setl_id: 'S2', feedetl_sn: '7', vola_item_type: 2, vola_amt: 9.75 },
      ],
      explanation: { zh: `${PERSON}在${OTHER}亦有结算S2。`, en: `${PERSON} was also settled at ${OTHER} (S2).` },
      evidence: { psn_no: PERSON, peers: [{ fixmedins_code: OTHER, ratio: 0.31 }] },
      params: { secret_threshold: 0.271828 },
    }),
  )
  await act(n, { action: 'assign' })
  await act(n, { action: 'note', note: 'internal suspicion' })
  await act(n, { action: 'notify', amount: 2.5, note: 'please comment' })
}
const notice = (headers = clinic) => ask<Notice>(`/notices/${alertId(1)}`, headers)
const attach = (name: string, content: string, headers = clinic) =>
  ask<{ attachment_id: string; sha256: string }>(
    `/notices/${alertId(1)}/attachments?name=${encodeURIComponent(name)}`,
    { ...headers, 'content-type': 'application/octet-stream' },
    Buffer.from(content),
  )

describe('an institution', () => {
  it('is told of what was notified to it, with its term, and of nothing before', async () => {
    dashboard.log.append(anAlert(2, { severity: 3 }))
    await act(2, { action: 'assign' })
    await notified()
    expect((await ask<{ rows: NoticeRow[] }>('/notices')).rows).toEqual([
      {
        notice_id: alertId(1),
        title: CATALOGUE.title,
        fixmedins_code: OWN,
        stage: 'appeal_open',
        amount: 2.5,
        notified: '2026-01-05T09:00:00+08:00',
        due: '2026-01-20T00:00:00+08:00',
        answer: 'appeal',
        version: 3,
      },
    ])
    expect(await ask(`/notices/${alertId(2)}`)).toMatchObject({ code: 'NOTICE_UNKNOWN' })
  })

  it('learns the facts, the law and the amount, and nothing of persons, neighbours, colleagues or thresholds', async () => {
    await notified()
    const told = await notice()
    expect(told).toMatchObject({
      explanation: { en: 'P9****0042 was also settled at *** (***).' },
      basis: [{ article: '38(三)' }],
      lines: [{ setl_id: 'S1', vola_amt: 2.5 }],
      setl_ids: ['S1'],
      history: [{ action: 'notify', stage: 'appeal_open', note: 'please comment' }],
    })
    for (const secret of [PERSON, OTHER, '"S2"', '9.75', '0.31', '0.271828', 'internal suspicion', '"li"']) {
      expect([secret, JSON.stringify(told).includes(secret)]).toEqual([secret, false])
    }
  })

  it('sees nothing of another institution, and can do nothing there', async () => {
    await notified()
    const { attachment_id } = await attach('price.txt', 'list')
    expect((await ask<{ rows: NoticeRow[] }>('/notices', neighbour)).rows).toEqual([])
    for (const [url, payload] of [
      [`/notices/${alertId(1)}`],
      [`/notices/${alertId(1)}/attachments/${attachment_id}`],
      [`/notices/${alertId(1)}/statement`, { version: 3, statement: 'not mine' }],
    ] as const) {
      expect([url, (await ask(url, neighbour, payload)).code]).toEqual([url, 'NOTICE_UNKNOWN'])
    }
    expect(await attach('a.txt', 'x', neighbour)).toMatchObject({ code: 'NOTICE_UNKNOWN' })
    const nobodys = await dashboard.bearer('institution')
    expect((await ask<{ rows: NoticeRow[] }>('/notices', nobodys)).rows).toEqual([])
  })

  it('has no other door', async () => {
    await notified()
    for (const url of ['/alerts', `/alerts/${alertId(1)}`, '/cases', '/holds', `/settlements/S1`, '/detectors', '/points']) {
      expect([url, (await ask(url)).code]).toEqual([url, 'ROLE_REQUIRED'])
    }
  })

  it('must be named when its person is made', async () => {
    const user = { username: 'anyone', roles: ['institution'], scope: ['990000'] }
    await expect(dashboard.access.addUser(user, 'Careful-Reader-7', { by: 'boss' })).rejects.toMatchObject({
      code: 'ROLES_INVALID',
    })
    await expect(dashboard.access.changeUser('clinic', { institutions: [] }, 'boss')).rejects.toMatchObject({
      code: 'ROLES_INVALID',
    })
  })
})

describe('a statement', () => {
  it('with files is heard: the alert goes to the second review, and the officer has both', async () => {
    await notified()
    const { attachment_id, sha256 } = await attach('价目表.txt', 'list')
    const answered = await ask<Notice>(`/notices/${alertId(1)}/statement`, clinic, {
      version: 3,
      statement: 'the price is public',
      attachments: [attachment_id],
    })
    expect(answered).toMatchObject({
      stage: 'under_review',
      answer: null,
      due: null,
      attachments: [{ name: '价目表.txt', sha256, by_party: true }],
      history: [{ action: 'appeal', statement: 'the price is public', attachments: [attachment_id] }, { action: 'notify' }],
    })
    expect(await ask(`/alerts/${alertId(1)}`, investigator)).toMatchObject({
      state: 'SECOND_REVIEW',
      work: { history: [{ actor: 'clinic', action: 'appeal', detail: { statement: 'the price is public' } }, {}, {}, {}, {}] },
    })
    const file = await dashboard.app.inject({
      url: `/api/v1/notices/${alertId(1)}/attachments/${attachment_id}`,
      headers: clinic,
    })
    expect(file.body).toBe('list')
  })

  it('is refused when it says nothing, is late, or comes after another', async () => {
    await notified()
    const say = (order: object) => ask(`/notices/${alertId(1)}/statement`, clinic, order)
    expect(await say({ version: 3, statement: '  ' })).toMatchObject({ code: 'EVIDENCE_MISSING' })
    expect(await say({ version: 3, attachments: ['unknown'] })).toMatchObject({ code: 'ATTACHMENT_UNKNOWN' })
    expect(await say({ version: 2, statement: 'stale' })).toMatchObject({ code: 'VERSION_STALE' })
    await say({ version: 3, statement: 'first' })
    expect(await say({ version: 4, statement: 'second' })).toMatchObject({ code: 'STATE_REFUSES' })
    expect(await attach('late.txt', 'x')).toMatchObject({ code: 'STATE_REFUSES' })
  })

  it('may be repeated after the review; what was decided is told without who decided', async () => {
    await notified()
    await ask(`/notices/${alertId(1)}/statement`, clinic, { version: 3, statement: 'we object' })
    await act(1, { action: 'uphold', note: 'the list is of another year' }, await dashboard.bearer('reviewer2'))
    expect(await notice()).toMatchObject({ stage: 'reappeal_open', answer: 'reappeal' })
    await ask(`/notices/${alertId(1)}/statement`, clinic, { version: 5, statement: 'it is not' })
    for (let member = 0; member < 3; member++) {
      await act(1, { action: 'vote', vote: 'uphold', note: 'deliberation' }, await dashboard.bearer('panel'))
    }
    const told = await notice()
    expect(told.history.map(({ action }) => action)).toEqual(['panel', 'reappeal', 'uphold', 'appeal', 'notify'])
    expect(told.history[2]).toMatchObject({ note: 'the list is of another year' })
    expect(JSON.stringify(told)).not.toContain('deliberation')
  })

  it('of a file that is something else than its name says is refused', async () => {
    await notified()
    expect(await attach('scan.pdf', 'MZ program')).toMatchObject({ code: 'MEDIA_TYPE_UNSUPPORTED' })
  })
})

describe('a term', () => {
  it('that runs out unused is told as accepted', async () => {
    await notified()
    now += 30 * DAY
    await expect
      .poll(async () => (await notice(await signedIn('clinic'))).stage, { timeout: 30_000, interval: 500 })
      .toBe('confirmed')
    expect((await notice(await signedIn('clinic'))).history[0]).toMatchObject({ action: 'time_out' })
  }, 40_000)
})
