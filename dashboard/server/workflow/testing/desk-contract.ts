import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { MINUTE, parseInstant, SECOND } from '../../../../schemas/time.ts'
import type { AlertAction } from '../../../../schemas/workflow.ts'
import { alertId, anAlert } from '../../../testing/alerts.ts'
import { MemoryLog } from '../../../testing/memory-log.ts'
import { AccessDatabase } from '../../access/access-database.ts'
import type { Caller, Role } from '../../access/caller.ts'
import type { Database } from '../../database/database.ts'
import { verifyAudit } from '../audit.ts'
import { Desk } from '../desk.ts'
import { Jobs } from '../jobs.ts'
import { WORKFLOW_DEFAULTS } from '../settings.ts'
import { Standings } from '../standings.ts'

export function caller(username: string, ...roles: Role[]): Caller {
  const scope = { scope: ['990000'], institutions: [], recusals: [] }
  return { username, roles, ...scope, credential: `session:${username}`, passwordChange: false, totp: false }
}
export const LI = caller('li', 'investigator')
export const ZHAO = caller('zhao', 'investigator')
export const WANG = caller('wang', 'reviewer2')
export const CHEN = caller('chen', 'officer')

type Order = Omit<AlertAction, 'version'> & { version?: number }

/** What the desk does, whichever database it works on. */
export function deskContract(name: string, open: () => Promise<Database>): void {
  describe(name, () => {
    let database: Database
    let log: MemoryLog
    let desk: Desk
    let now: number
    beforeAll(async () => {
      database = await open()
      const { access } = await AccessDatabase.open({ database, key: randomBytes(32), adminPassword: 'Watchful-1234' })
      const by = { by: 'boss' }
      await access.addUser({ username: 'li', roles: ['investigator'], scope: ['990000'] }, 'Careful-Reader-7', by)
      await access.addUser({ username: 'far', roles: ['investigator'], scope: ['980000'] }, 'Careful-Reader-7', by)
      await access.addUser({ username: 'wang', roles: ['reviewer2'], scope: ['990000'] }, 'Careful-Reader-7', by)
    }, 120_000)
    afterAll(() => database.close())

    let next = 0
    /** An alert that nobody has acted on. */
    function fresh(changes: Parameters<typeof anAlert>[1] = {}): string {
      const n = ++next
      log.append(anAlert(n, changes))
      return alertId(n)
    }
    beforeEach(async () => {
      now = parseInstant('2026-01-05 09:00:00')
      log = new MemoryLog()
      log.standings = await Standings.load(database)
      desk = new Desk({
        database,
        records: { query: async () => [] },
        alerts: log,
        feed: log,
        standings: log.standings,
        jobs: new Jobs(),
        settings: WORKFLOW_DEFAULTS,
        now: () => now,
      })
    })

    async function act(who: Caller, id: string, order: Order) {
      const [alert] = log.all.filter(({ alert_id }) => alert_id === id)
      const version = order.version ?? log.standings.of(alert!).state_version
      return desk.act(who, id, { ...order, version }, '192.0.2.7')
    }
    const code = (refused: Promise<unknown>) => refused.then(() => 'done').catch((error) => error.code ?? error)

    test('An action is told at once, in the row as well', async () => {
      const id = fresh()
      expect(await act(LI, id, { action: 'claim' })).toEqual({
        alert_id: id,
        state: 'NEW',
        state_version: 2,
        owner: 'li',
        undo_until: '2026-01-05T09:00:10+08:00',
        pending: null,
      })
      expect(log.standings.of({ alert_id: id, status: 'open' })).toEqual({
        state: 'NEW',
        state_version: 2,
        owner: 'li',
        due: null,
      })
      expect((await Standings.load(database)).of({ alert_id: id, status: 'open' })).toMatchObject({ owner: 'li' })
    })

    test('Of many people who act on one alert at once exactly one wins, and the others see who', async () => {
      const id = fresh()
      const people = Array.from({ length: 10 }, (_, n) => caller(`person${n}`, 'investigator'))
      const outcomes = await Promise.allSettled(people.map((who) => act(who, id, { action: 'claim', version: 1 })))
      const won = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
      expect(won).toHaveLength(1)
      for (const outcome of outcomes) {
        if (outcome.status === 'fulfilled') continue
        expect(outcome.reason).toMatchObject({
          code: 'VERSION_STALE',
          extra: { current: { owner: won[0]!.owner, state_version: 2, last: { actor: won[0]!.owner, action: 'claim' } } },
        })
      }
    })

    test('Of a dismissal and a notice at once one is done', async () => {
      const id = fresh()
      await act(CHEN, id, { action: 'assign', assignee: 'li' })
      const outcomes = await Promise.all([
        code(act(LI, id, { action: 'dismiss', reason: 'D04', note: 'justified', version: 2 })),
        code(act(ZHAO, id, { action: 'notify', amount: 2.5, version: 2 })),
      ])
      expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1)
    })

    test('What is refused leaves nothing behind but the fact that it was tried', async () => {
      const id = fresh()
      await act(CHEN, id, { action: 'assign', assignee: 'li' })
      await act(LI, id, { action: 'notify', amount: 2.5 })
      await act(LI, id, { action: 'appeal', statement: 'we object' })
      const both = caller('li', 'investigator', 'reviewer2')
      expect(await code(act(both, id, { action: 'uphold', note: 'no' }))).toBe('FOUR_EYES')
      const tried = await database.query('SELECT actor, action, result FROM audit WHERE object_id = $1 ORDER BY n DESC LIMIT 1', [
        id,
      ])
      expect(tried).toEqual([{ actor: 'li', action: 'uphold', result: 'FOUR_EYES' }])
      expect((await act(WANG, id, { action: 'uphold', note: 'the record is clear' })).state).toBe('REAPPEAL_OPEN')
    })

    test('Work is given to who reviews, sees the alert, and is not recused', async () => {
      const id = fresh()
      for (const assignee of ['nobody', 'far', 'wang']) {
        expect(await code(act(CHEN, id, { action: 'assign', assignee }))).toBe('ASSIGNEE_INVALID')
      }
      expect(await act(CHEN, id, { action: 'assign', assignee: 'li' })).toMatchObject({ state: 'FIRST_REVIEW', owner: 'li' })
    })

    test('An alert of another region does not exist', async () => {
      const id = fresh({ admdvs: '980101', insu_admdvs: '980101' })
      expect(await code(act(LI, id, { action: 'claim', version: 1 }))).toBe('ALERT_UNKNOWN')
    })

    test('An attachment that is not there is no evidence', async () => {
      const id = fresh()
      await act(CHEN, id, { action: 'assign', assignee: 'li' })
      await act(LI, id, { action: 'notify', amount: 2.5 })
      expect(await code(act(LI, id, { action: 'appeal', attachments: ['none'] }))).toBe('EVIDENCE_MISSING')
    })

    test('Holds above ten thousand yuan take two persons, held and released', async () => {
      const small = fresh()
      expect((await act(LI, small, { action: 'hold', note: 'doubtful' })).pending).toBeNull()
      expect(await code(act(LI, small, { action: 'hold', note: 'again' }))).toBe('HOLD_NONE')
      const lines = [{ setl_id: 'S', feedetl_sn: '1', vola_item_type: 1, vola_amt: 10_000.01 } as const]
      const large = fresh({ vola_amt: 10_000.01, setl_ids: ['S'], lines })
      expect((await act(LI, large, { action: 'hold', note: 'doubtful' })).pending).toBe('hold')
      expect(await code(act(LI, large, { action: 'confirm_hold' }))).toBe('FOUR_EYES')
      const states = async () =>
        (await database.query<{ state: string }>('SELECT state FROM hold WHERE alert_id = $1', [large])).map(({ state }) => state)
      expect(await states()).toEqual(['REQUESTED'])
      await act(WANG, large, { action: 'confirm_hold' })
      expect(await states()).toEqual(['HELD'])
      expect((await act(LI, large, { action: 'release_hold', note: 'clear' })).pending).toBe('release_hold')
      expect(await code(act(LI, large, { action: 'release_hold', note: 'clear' }))).toBe('FOUR_EYES')
      expect(await code(act(ZHAO, large, { action: 'release_hold', note: 'clear' }))).toBe('ACTOR_REFUSED')
      await act(CHEN, large, { action: 'release_hold', note: 'clear' })
      expect(await states()).toEqual(['RELEASED'])
    })

    test('A dismissal releases what is held; undone in time, it is held again', async () => {
      const id = fresh()
      await act(LI, id, { action: 'hold', note: 'doubtful' })
      await act(CHEN, id, { action: 'assign', assignee: 'li' })
      const held = () => database.query('SELECT state, end_reason FROM hold WHERE alert_id = $1', [id])
      await act(LI, id, { action: 'dismiss', reason: 'D04', note: 'justified' })
      expect(await held()).toEqual([{ state: 'RELEASED', end_reason: 'DISMISSED' }])
      now += 9 * SECOND
      expect(await act(LI, id, { action: 'undo' })).toMatchObject({ state: 'FIRST_REVIEW', state_version: 5 })
      expect(await held()).toEqual([{ state: 'HELD', end_reason: '' }])
    })

    test('A dismissed alert whose settlement was voided is voided when it is reopened', async () => {
      const id = fresh()
      await act(CHEN, id, { action: 'assign', assignee: 'li' })
      await act(LI, id, { action: 'dismiss', reason: 'D04', note: 'justified' })
      log.append(anAlert(next, { revision: 2, status: 'retracted', retract_reason: 'VOIDED' }))
      expect(await act(CHEN, id, { action: 'reopen', note: 'a new witness' })).toMatchObject({
        state: 'VOIDED',
        state_version: 5,
      })
      const entries = "SELECT actor, action FROM audit WHERE object_id = $1 AND action IN ('reopen', 'retract') ORDER BY n"
      expect(await database.query(entries, [id])).toEqual([
        { actor: 'chen', action: 'reopen' },
        { actor: 'system', action: 'retract' },
      ])
    })

    test('An undo comes too late after ten seconds, and not after another’s action', async () => {
      const id = fresh()
      await act(LI, id, { action: 'claim' })
      now += 11 * SECOND
      expect(await code(act(LI, id, { action: 'undo' }))).toBe('UNDO_TOO_LATE')
      now += 16 * MINUTE
      await act(LI, id, { action: 'claim' })
      await act(CHEN, id, { action: 'claim', reason: 'li is ill' })
      expect(await code(act(LI, id, { action: 'undo' }))).toBe('UNDO_OVERTAKEN')
    })

    test('Measures count: points against a person and the institution, refused money against the hold', async () => {
      const id = fresh()
      await act(LI, id, { action: 'hold', note: 'doubtful' })
      await act(CHEN, id, { action: 'assign', assignee: 'li' })
      await act(LI, id, { action: 'notify', amount: 2.5 })
      await act(LI, id, { action: 'appeal', statement: 'we object' })
      await act(WANG, id, { action: 'uphold', note: 'clear' })
      await act(LI, id, { action: 'reappeal', statement: 'we object again' })
      for (const name of ['sun', 'zhou', 'wu']) {
        await act(caller(name, 'panel'), id, { action: 'vote', vote: 'uphold', note: 'clear' })
      }
      await act(CHEN, id, { action: 'sign' })
      const doctor = `D${id.slice(-4)}`
      const measures = [
        { code: 'REFUSE', amount: 2.5 },
        { code: 'POINTS', doctor, points: 4 },
      ] as const
      await act(CHEN, id, { action: 'dispose', measures: [...measures] })
      const [work] = await database.query<{ situation: { measures: { measure_id: string }[] } }>(
        'SELECT situation FROM work WHERE alert_id = $1',
        [id],
      )
      const [refuse, points] = work!.situation.measures
      await act(LI, id, { action: 'execute', measure_id: refuse!.measure_id, amount: 2.5 })
      expect((await act(LI, id, { action: 'execute', measure_id: points!.measure_id })).state).toBe('CLOSED')
      expect(await database.query('SELECT state FROM hold WHERE alert_id = $1', [id])).toEqual([{ state: 'REFUSED' }])
      expect(await database.query('SELECT points FROM points WHERE doctor = $1', [doctor])).toEqual([{ points: 4 }])
      expect(await database.query('SELECT points FROM credit WHERE alert_id = $1', [id])).toEqual([{ points: 4 }])
    })

    test('A note is taken whatever the version, and changes none', async () => {
      const id = fresh()
      await act(LI, id, { action: 'claim' })
      expect(await act(ZHAO, id, { action: 'note', note: 'the clinic called', version: 1 })).toMatchObject({ state_version: 2 })
    })

    test('The record of all this holds together', async () => {
      const { entries, broken } = await verifyAudit(database)
      expect([entries > 30, broken]).toEqual([true, undefined])
    })
  })
}
