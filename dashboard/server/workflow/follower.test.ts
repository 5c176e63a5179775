import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Alert } from '../../../schemas/alert.ts'
import { DAY, parseInstant } from '../../../schemas/time.ts'
import { alertId, anAlert } from '../../testing/alerts.ts'
import { MemoryLog } from '../../testing/memory-log.ts'
import type { Database } from '../database/database.ts'
import { emptyDatabase } from '../database/testing/shared.ts'
import { verifyAudit } from './audit.ts'
import { Cases } from './cases.ts'
import { Clock } from './clock.ts'
import { Desk } from './desk.ts'
import { Exceptions } from './exceptions.ts'
import { Follower } from './follower.ts'
import { Jobs } from './jobs.ts'
import { Sanctions } from './sanctions.ts'
import { WORKFLOW_DEFAULTS } from './settings.ts'
import { Standings } from './standings.ts'
import { CHEN, LI, WANG } from './testing/desk-contract.ts'

let database: Database
let log: MemoryLog
let desk: Desk
let follower: Follower
let clock: Clock
let exceptions: Exceptions
let told: string[]
let now: number

const fail = (error: unknown) => {
  throw error
}

async function start(settings = WORKFLOW_DEFAULTS): Promise<void> {
  await follower?.stop()
  await clock?.stop()
  log.standings = await Standings.load(database)
  const records = { query: async () => [] }
  desk = new Desk({
    database,
    records,
    alerts: log,
    feed: log,
    standings: log.standings,
    settings,
    jobs: new Jobs(),
    now: () => now,
  })
  const ingest = {
    submit: async (body: Buffer) => {
      told.push(...body.toString().trim().split('\n'))
      return { accepted: 1, duplicates: 0, rejected: [] }
    },
  }
  exceptions = new Exceptions(database, ingest, () => now)
  follower = new Follower(desk, log, fail)
  clock = new Clock(desk, [exceptions, new Sanctions(database, records, ingest, () => now)], fail)
}

beforeEach(async () => {
  database = await emptyDatabase()
  log = new MemoryLog()
  told = []
  now = parseInstant('2026-01-05 09:00:00')
  await start()
})
afterEach(async () => {
  await follower.stop()
  await clock.stop()
})

async function happen(...alerts: Alert[]): Promise<void> {
  log.append(...alerts)
  await follower.idle()
}
/** Work is given to those only who have an account. */
async function addLi(): Promise<void> {
  await database.query(
    `INSERT INTO account (username, name, password, roles, scope, institutions, recusals, disabled, password_change)
     VALUES ('li', '', '', '["investigator"]', '["990000"]', '[]', '[]', false, false)`,
  )
}
const holds = () => database.query('SELECT setl_id, amt, state, end_reason, automatic FROM hold ORDER BY since, setl_id')
const standing = (n: number) => log.standings.of({ alert_id: alertId(n), status: 'open' })
const act = (n: number, order: Record<string, unknown>, who = LI) =>
  desk.act(who, alertId(n), { version: standing(n).state_version, ...order } as never, '')

describe('held by itself', () => {
  it('is the money of severe findings about officers’ matters, and no other', async () => {
    await happen(
      anAlert(1),
      anAlert(2, { severity: 3 }),
      anAlert(3, { vola_amt: 0, lines: [] }),
      anAlert(4, { result_type: 'indicator' }),
      anAlert(5, { parent_alert_id: alertId(1) }),
      anAlert(6, { audience: 'data_contact' }),
      anAlert(7, { mode: 'shadow' }),
    )
    expect(await holds()).toEqual([{ setl_id: 'S1', amt: 250, state: 'HELD', end_reason: '', automatic: true }])
    expect(standing(1)).toEqual({ state: 'NEW', state_version: 1, owner: '', due: null })
  })

  it('grows with the finding, and is not made twice when the log is read again', async () => {
    const grown = { vola_amt: 4, lines: [{ setl_id: 'S1', feedetl_sn: '1', vola_item_type: 1, vola_amt: 4 } as const] }
    await happen(anAlert(1), anAlert(1, { revision: 2, ...grown }))
    await database.query('DELETE FROM followed')
    await follower.stop()
    await start()
    await follower.idle()
    expect(await holds()).toEqual([{ setl_id: 'S1', amt: 400, state: 'HELD', end_reason: '', automatic: true }])
  })

  it('stays released when a person has released it', async () => {
    await happen(anAlert(1))
    await act(1, { action: 'release_hold', note: 'clear' })
    await happen(anAlert(1, { revision: 2, count: 2 }))
    expect(await holds()).toMatchObject([{ state: 'RELEASED', end_reason: 'BY_HAND' }])
  })

  it('is the latest settlements’ where no line is named', async () => {
    await happen(anAlert(1, { lines: [], setl_ids: ['S1', 'S2'], vola_amt: 5 }))
    expect(await holds()).toMatchObject([{ setl_id: 'S2', amt: 500 }])
  })
})

describe('time', () => {
  it('releases a suspicion that nobody confirmed in five working days', async () => {
    await happen(anAlert(1, { result_type: 'suspicion' }), anAlert(2, { result_type: 'suspicion' }))
    await act(2, { action: 'confirm_hold' })
    now = parseInstant('2026-01-13 00:00:00') - 1
    await clock.tick()
    expect(await holds()).toMatchObject([{ state: 'HELD' }, { state: 'HELD' }])
    now += 1
    await clock.tick()
    expect(await holds()).toMatchObject([{ setl_id: 'S1', state: 'RELEASED', end_reason: 'NOT_CONFIRMED' }, { state: 'HELD' }])
  })

  it('releases after thirty days what no officer prolonged', async () => {
    await happen(anAlert(1), anAlert(2))
    await act(1, { action: 'confirm_hold' }, CHEN)
    now += 30 * DAY
    await clock.tick()
    expect(await holds()).toMatchObject([{ state: 'HELD' }, { state: 'RELEASED', end_reason: 'EXPIRED' }])
  })
})

describe('terms', () => {
  beforeEach(addLi)

  it('that run out move the alert on: no appeal in ten working days is acceptance', async () => {
    await happen(anAlert(1))
    await act(1, { action: 'assign' })
    await act(1, { action: 'notify', amount: 2.5 })
    now = parseInstant('2026-01-20 00:00:00') - 1
    await clock.tick()
    expect(standing(1).state).toBe('APPEAL_OPEN')
    now += 1
    await clock.tick()
    expect(standing(1)).toMatchObject({ state: 'CONFIRMED', state_version: 4 })
  })

  it('of a claim end with the owner’s name', async () => {
    await happen(anAlert(1))
    await act(1, { action: 'claim' })
    now += 15 * 60_000
    await clock.tick()
    expect(standing(1)).toEqual({ state: 'NEW', state_version: 2, owner: '', due: null })
  })

  it('end nothing twice after a restart', async () => {
    await happen(anAlert(1))
    await act(1, { action: 'assign' })
    await act(1, { action: 'notify', amount: 2.5 })
    await follower.stop()
    now += 30 * DAY
    await start()
    await clock.tick()
    await clock.tick()
    expect(standing(1)).toMatchObject({ state: 'CONFIRMED', state_version: 4 })
  })
})

describe('a retraction', () => {
  const retracted = { revision: 2, status: 'retracted', retract_reason: 'VOIDED' } as const
  it('voids the alert and lets its money go; both come back with the finding', async () => {
    await happen(anAlert(1))
    await act(1, { action: 'claim' })
    await happen(anAlert(1, retracted))
    expect(standing(1)).toMatchObject({ state: 'VOIDED', state_version: 3, owner: '' })
    expect(await holds()).toMatchObject([{ state: 'RELEASED', end_reason: 'VOIDED' }])
    now += 1000
    await happen(anAlert(1, { revision: 3 }))
    expect(standing(1)).toMatchObject({ state: 'NEW', state_version: 4 })
    expect(await holds()).toMatchObject([{ state: 'RELEASED' }, { state: 'HELD', automatic: true }])
  })

  it('leaves what is confirmed, flagged, with a task', async () => {
    await happen(anAlert(1))
    await database.query(
      `UPDATE work SET state = 'CONFIRMED', situation = jsonb_set(situation, '{state}', '"CONFIRMED"') WHERE alert_id = $1`,
      [alertId(1)],
    )
    await happen(anAlert(1, retracted))
    expect(standing(1)).toMatchObject({ state: 'CONFIRMED', state_version: 2 })
    expect(await database.query('SELECT kind, alert_id FROM task')).toEqual([{ kind: 'correct_money', alert_id: alertId(1) }])
  })

  describe('of a dismissed alert', () => {
    const recorded = async () => {
      const entries = await database.query<{ actor: string; action: string }>(
        "SELECT actor, action FROM audit WHERE object_type = 'alert' ORDER BY n DESC LIMIT 2",
      )
      return entries.map(({ actor, action }) => `${actor} ${action}`).reverse()
    }
    beforeEach(async () => {
      await addLi()
      await happen(anAlert(1))
      await act(1, { action: 'assign', assignee: 'li' }, CHEN)
      await act(1, { action: 'dismiss', reason: 'D04', note: 'justified' })
      await happen(anAlert(1, retracted))
      expect(standing(1)).toMatchObject({ state: 'DISMISSED', state_version: 3 })
    })

    it('voids it as soon as it is reopened; it comes back with the finding', async () => {
      const done = await act(1, { action: 'reopen', note: 'a new witness' }, CHEN)
      expect(done).toMatchObject({ state: 'VOIDED', state_version: 5, owner: '', undo_until: null })
      expect(standing(1)).toMatchObject({ state: 'VOIDED', state_version: 5 })
      expect(await recorded()).toEqual(['chen reopen', 'system retract'])
      await happen(anAlert(1, { revision: 3 }))
      expect(standing(1)).toMatchObject({ state: 'NEW', state_version: 6 })
      expect((await verifyAudit(database)).broken).toBeUndefined()
    })

    it('voids it as soon as the dismissal is undone, and its money stays free', async () => {
      expect(await act(1, { action: 'undo' })).toMatchObject({ state: 'VOIDED', state_version: 5, undo_until: null })
      expect(await recorded()).toEqual(['li undo', 'system retract'])
      expect(await holds()).toMatchObject([{ state: 'RELEASED', end_reason: 'VOIDED' }])
    })

    it('leaves it dismissed when something is noted', async () => {
      expect(await act(1, { action: 'note', note: 'the clinic called' })).toMatchObject({ state: 'DISMISSED', state_version: 3 })
    })
  })

  it.each([
    ['retracted', anAlert(1, { severity: 4 }), anAlert(1, { severity: 4, ...retracted }), 'VOIDED'],
    ['open again', anAlert(1, { severity: 4, ...retracted }), anAlert(1, { severity: 4, revision: 3 }), 'NEW'],
  ])('or its end between the look and the first act is not missed: %s', async (_, seen, since, state) => {
    await happen(seen)
    const look = log.one.bind(log)
    log.one = async (...asked) => {
      log.one = look
      const found = await look(...asked)
      await happen(since)
      return found
    }
    expect(await act(1, { action: 'note', note: 'the clinic called' })).toMatchObject({ state, state_version: 2 })
    expect(standing(1)).toMatchObject({ state, state_version: 2 })
  })

  it('of an alert on which nobody acted needs no work', async () => {
    await happen(anAlert(1, { severity: 4 }), anAlert(1, { severity: 4, ...retracted }))
    expect(await database.query('SELECT * FROM work')).toEqual([])
  })
})

describe('a case', () => {
  const subject = { subject_type: 'institution', subject_id: 'H99010200001' } as const
  it('gathers the open alerts of its subject, and those that come later', async () => {
    await happen(anAlert(1, subject), anAlert(2, subject), anAlert(3))
    const cases = new Cases(desk)
    const row = await cases.open(LI, { alert_ids: [alertId(1)] }, '')
    expect(row).toMatchObject({ case_id: 'AJ-2026-0001', alerts: 2, settlements: 2, open: true, subject_id: 'H99010200001' })
    await happen(anAlert(4, { ...subject, severity: 1 }))
    expect(await cases.one(LI, 'AJ-2026-0001')).toMatchObject({ alerts: 3, severity: 1, version: 2 })
    await expect(cases.add(LI, 'AJ-2026-0001', [alertId(3)], 1, '')).rejects.toMatchObject({ code: 'CASE_CHANGED' })
    expect(await cases.add(LI, 'AJ-2026-0001', [alertId(3)], 2, '')).toMatchObject({ alerts: 4 })
  })
})

describe('a case that is opened while alerts are taken back', () => {
  const subject = { subject_type: 'institution', subject_id: 'H99010200001', severity: 3 } as const
  it('gathers what still holds, and voids what was named', async () => {
    await happen(anAlert(1, subject), anAlert(2, subject), anAlert(3, subject))
    const ofSubject = log.ofSubject.bind(log)
    log.ofSubject = async (...asked) => {
      const found = await ofSubject(...asked)
      log.ofSubject = ofSubject
      const takenBack = { ...subject, revision: 2, status: 'retracted', retract_reason: 'VOIDED' } as const
      await happen(anAlert(1, takenBack), anAlert(2, takenBack))
      return found
    }
    const row = await new Cases(desk).open(LI, { alert_ids: [alertId(1)] }, '')
    expect(row).toMatchObject({ alerts: 2, open: true })
    const works = 'SELECT alert_id, case_id, state FROM work ORDER BY alert_id'
    expect(await database.query(works)).toEqual([
      { alert_id: alertId(1), case_id: row.case_id, state: 'VOIDED' },
      { alert_id: alertId(2), case_id: '', state: 'VOIDED' },
      { alert_id: alertId(3), case_id: row.case_id, state: 'NEW' },
    ])
    const [opened] = await database.query<{ detail: string }>("SELECT detail FROM audit WHERE action = 'open_case'")
    expect(JSON.parse(opened!.detail)).toMatchObject({ alert_ids: [alertId(1), alertId(3)] })
  })
})

describe('silence', () => {
  it('begins when a second person grants it, and the pipeline is told', async () => {
    await happen(anAlert(1, { severity: 3, subject_type: 'institution', subject_id: 'H99010200001' }))
    await act(1, { action: 'snooze', days: 30, note: 'known' })
    const [asked] = await exceptions.list(LI, 'REQUESTED')
    await expect(exceptions.settle(asked!.exception_id, 'confirm', LI)).rejects.toMatchObject({ code: 'FOUR_EYES' })
    expect(told).toEqual([])
    const granted = await exceptions.settle(asked!.exception_id, 'confirm', WANG)
    expect(granted).toMatchObject({ state: 'ACTIVE', from: '2026-01-05', to: '2026-02-04', confirmed_by: 'wang' })
    expect(JSON.parse(told[0]!)).toEqual({
      kind: 'reference',
      table: 'exception',
      id: asked!.exception_id,
      row: {
        detector_id: 'POL-01',
        subject_type: 'institution',
        subject_id: 'H99010200001',
        from: '2026-01-05',
        to: '2026-02-04',
        reason: 'known',
        kind: 'snooze',
      },
    })
    await exceptions.settle(asked!.exception_id, 'end', CHEN)
    expect(JSON.parse(told[1]!)).toMatchObject({ id: asked!.exception_id, deleted: true })
    now += 60 * DAY
    expect(await exceptions.list(LI, 'EXPIRED')).toEqual([])
  })
})

it('The record of what happened by itself holds together', async () => {
  await happen(anAlert(1), anAlert(2), anAlert(1, { revision: 2, status: 'retracted' }))
  expect((await verifyAudit(database)).broken).toBeUndefined()
})

describe('a term that only warns', () => {
  beforeEach(addLi)

  const tasks = () => database.query("SELECT kind, text, done FROM task WHERE kind = 'overdue' ORDER BY opened")
  it('asks once for somebody to see to it, and no longer when the work goes on', async () => {
    await happen(anAlert(1, { severity: 3 }))
    await act(1, { action: 'assign', assignee: 'li' })
    now += 5 * DAY
    await clock.tick()
    expect(await tasks()).toEqual([])
    // Monday's five working days end with the next Monday.
    now += 4 * DAY
    await clock.tick()
    await clock.tick()
    expect(await tasks()).toEqual([{ kind: 'overdue', text: 'FIRST_REVIEW', done: null }])
    expect(await database.query("SELECT actor, action FROM audit WHERE action = 'overdue'")).toEqual([
      { actor: 'system', action: 'overdue' },
    ])
    expect(standing(1).state).toBe('FIRST_REVIEW')
    await act(1, { action: 'request_records', note: 'the record' })
    await clock.tick()
    expect(await tasks()).toMatchObject([{ done: now }])
  })
})
