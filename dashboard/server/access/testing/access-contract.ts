import { beforeEach, describe, expect, it } from 'vitest'
import { HOUR, MINUTE } from '../../../../schemas/time.ts'
import type { Database } from '../../database/database.ts'
import { verifyAudit } from '../../workflow/audit.ts'
import { AccessDatabase } from '../access-database.ts'
import { totpAt } from '../totp.ts'

const PASSWORD = 'Watchful-1234'
const KEY = new Uint8Array(32)
const as = (username: string, password: string, totp?: string) => ({ username, password, totp, address: '192.0.2.7' })
const by = { by: 'boss' }
const person = (username: string, ...roles: string[]) => ({ username, roles, scope: ['990000'] })

/** Who is let in, whichever database it is kept in. */
export function accessContract(name: string, empty: () => Promise<Database>): void {
  describe(name, () => {
    let database: Database
    let now: number

    beforeEach(async () => {
      database = await empty()
      now = Date.UTC(2026, 0, 5)
    })
    /** Access whose next transaction begins when something else has been done. */
    async function slowed(before: () => Promise<unknown>): Promise<AccessDatabase> {
      let isSlow = false
      const transaction: Database['transaction'] = async (work) => {
        if (isSlow) {
          isSlow = false
          await before()
        }
        return database.transaction(work)
      }
      const { access } = await AccessDatabase.open({ database: { ...database, transaction }, key: KEY, now: () => now })
      isSlow = true
      return access
    }
    const open = (adminPassword: string | undefined = PASSWORD) =>
      AccessDatabase.open({ database, key: KEY, adminPassword, now: () => now })

    describe('the first start', () => {
      it('makes an administrator with a password that is told once', async () => {
        const { access, firstPassword } = await open('')
        await expect(access.signIn(as('admin', firstPassword!))).resolves.toMatchObject({ caller: { username: 'admin' } })
        const again = await open('Other-Password-9')
        expect(again.firstPassword).toBeUndefined()
        await expect(again.access.signIn(as('admin', 'Other-Password-9'))).rejects.toMatchObject({ code: 'CREDENTIALS_WRONG' })
      })

      it('asks whoever has it for another one before anything else', async () => {
        const { access, firstPassword } = await open('')
        const { caller } = await access.signIn(as('admin', firstPassword!))
        expect(caller.passwordChange).toBe(true)
        await expect(access.changeOwnPassword(caller, firstPassword!, firstPassword!)).rejects.toMatchObject({
          code: 'PASSWORD_WEAK',
        })
        await access.changeOwnPassword(caller, firstPassword!, 'Watchful-5678')
        expect(await access.isCurrent(caller)).toBe(true)
        expect((await access.signIn(as('admin', 'Watchful-5678'))).caller.passwordChange).toBe(false)
      })

      it('makes one administrator, however many servers start', async () => {
        const made = await Promise.all([open(''), open(''), open('')])
        expect(made.filter(({ firstPassword }) => firstPassword)).toHaveLength(1)
      })

      it('keeps no secret that could be read', async () => {
        const { access } = await open()
        const { session } = await access.signIn(as('admin', PASSWORD))
        const { token } = await access.createToken('ingest', ['990000'])
        const { secret } = await access.offerTotp((await access.bySession(session))!)
        const kept = JSON.stringify([
          await database.query('SELECT * FROM account'),
          await database.query('SELECT * FROM token'),
          await database.query('SELECT * FROM sign_in'),
          await database.query('SELECT * FROM audit'),
        ])
        for (const text of [PASSWORD, session, token, secret]) expect(kept).not.toContain(text)
      })
    })

    describe('a session', () => {
      it('survives a restart and ends with the sign-out', async () => {
        const { session } = await (await open()).access.signIn(as('admin', PASSWORD))
        const { access } = await open()
        expect(await access.bySession(session)).toMatchObject({ roles: ['officer', 'sys_admin'], scope: ['000000'] })
        await access.signOut(session)
        expect(await access.bySession(session)).toBeUndefined()
      })

      it('ends after a quarter of an hour without use', async () => {
        const { access } = await open()
        const { session, caller } = await access.signIn(as('admin', PASSWORD))
        now += 14 * MINUTE
        expect(await access.bySession(session)).toBeDefined()
        now += 14 * MINUTE
        expect(await access.isCurrent(caller)).toBe(true)
        now += 3 * MINUTE
        expect(await access.isCurrent(caller)).toBe(false)
        expect(await access.bySession(session)).toBeUndefined()
      })

      it('ends after eight hours of use', async () => {
        const { access } = await open()
        const { session } = await access.signIn(as('admin', PASSWORD))
        for (let minutes = 0; minutes < 8 * 60 - 10; minutes += 10) {
          now += 10 * MINUTE
          expect(await access.bySession(session)).toBeDefined()
        }
        now += 10 * MINUTE
        expect(await access.bySession(session)).toBeUndefined()
      })

      it('ends with the password it began with, and with its user', async () => {
        const { access } = await open()
        const first = await access.signIn(as('admin', PASSWORD))
        await access.setPassword('admin', 'Watchful-5678', by)
        expect(await access.bySession(first.session)).toBeUndefined()
        const second = await access.signIn(as('admin', 'Watchful-5678'))
        await access.disableUser('admin', 'boss')
        expect(await access.isCurrent(second.caller)).toBe(false)
        await expect(access.signIn(as('admin', 'Watchful-5678'))).rejects.toMatchObject({ code: 'CREDENTIALS_WRONG' })
      })
    })

    describe('a password that is replaced meanwhile', () => {
      it('begins no session, whoever replaces it', async () => {
        const { access } = await open()
        const { caller } = await access.signIn(as('admin', PASSWORD))
        const given = await slowed(() => access.setPassword('admin', 'Watchful-5678', by))
        await expect(given.signIn(as('admin', PASSWORD))).rejects.toMatchObject({ code: 'CREDENTIALS_WRONG' })
        const own = await slowed(() => access.changeOwnPassword(caller, 'Watchful-5678', 'Watchful-9012'))
        await expect(own.signIn(as('admin', 'Watchful-5678'))).rejects.toMatchObject({ code: 'CREDENTIALS_WRONG' })
        expect(await database.query("SELECT id FROM sign_in WHERE 'session:' || id <> $1", [caller.credential])).toEqual([])
      })

      it('does not replace the new one', async () => {
        const { access } = await open()
        const { caller } = await access.signIn(as('admin', PASSWORD))
        const late = await slowed(() => access.setPassword('admin', 'Watchful-5678', by))
        const changing = late.changeOwnPassword(caller, PASSWORD, 'Watchful-9012')
        await expect(changing).rejects.toMatchObject({ code: 'CREDENTIALS_WRONG' })
        await expect(access.signIn(as('admin', 'Watchful-5678'))).resolves.toBeDefined()
      })

      it('lets nobody in who is disabled meanwhile, and gives the rights of the moment', async () => {
        const { access } = await open()
        await access.addUser(person('li', 'investigator'), PASSWORD, by)
        const changed = await slowed(() => access.changeUser('li', { roles: ['reviewer2'] }, 'boss'))
        expect((await changed.signIn(as('li', PASSWORD))).caller.roles).toEqual(['reviewer2'])
        const disabled = await slowed(() => access.disableUser('li', 'boss'))
        await expect(disabled.signIn(as('li', PASSWORD))).rejects.toMatchObject({ code: 'CREDENTIALS_WRONG' })
      })

      it('ends every session, of however many that begin at the same moment', async () => {
        const { access } = await open()
        const trying = Array.from({ length: 5 }, () => access.signIn(as('admin', PASSWORD)))
        const [, ...outcomes] = await Promise.allSettled([access.setPassword('admin', 'Watchful-5678', by), ...trying])
        const begun = outcomes.flatMap((outcome) =>
          outcome.status === 'fulfilled' ? [outcome.value as { session: string }] : [],
        )
        for (const { session } of begun) expect(await access.bySession(session)).toBeUndefined()
      })
    })

    describe('guessing', () => {
      it('locks the name after five failures for a quarter of an hour, whether it exists or not', async () => {
        const { access } = await open()
        for (const name of ['admin', 'nobody']) {
          for (let n = 0; n < 5; n++)
            await expect(access.signIn(as(name, 'guess'))).rejects.toMatchObject({ code: 'CREDENTIALS_WRONG' })
          const locked = { code: 'ACCOUNT_LOCKED', retryAfterSeconds: (15 * MINUTE) / 1_000 }
          await expect(access.signIn(as(name, PASSWORD))).rejects.toMatchObject(locked)
        }
        now += 15 * MINUTE
        await expect(access.signIn(as('admin', PASSWORD))).resolves.toBeDefined()
      })

      it('is forgotten with a right password', async () => {
        const { access } = await open()
        for (let round = 0; round < 2; round++) {
          for (let n = 0; n < 4; n++) await access.signIn(as('admin', 'guess')).catch(() => undefined)
          await expect(access.signIn(as('admin', PASSWORD))).resolves.toBeDefined()
        }
      })

      it('is not gone past by guessing at many places at once, nor does the lock tell the right password', async () => {
        const { access } = await open()
        let outcomes: string[] = []
        const guessAtOnce = async () => {
          const guesses = Array.from({ length: 10 }, (_, n) => access.signIn(as('admin', `guess ${n}`)))
          outcomes = (await Promise.allSettled(guesses)).map((guess) => guess.status === 'rejected' && guess.reason.code)
        }
        const late = await slowed(guessAtOnce)
        await expect(late.signIn(as('admin', PASSWORD))).rejects.toMatchObject({ code: 'ACCOUNT_LOCKED' })
        const both = ['ACCOUNT_LOCKED', 'CREDENTIALS_WRONG']
        expect(outcomes.sort()).toEqual(both.flatMap((code) => Array.from({ length: 5 }, () => code)))
      })
    })

    describe('a ticket', () => {
      it('is good once and for half a minute', async () => {
        const { access } = await open()
        const { caller } = await access.signIn(as('admin', PASSWORD))
        const first = await access.issueTicket(caller)
        expect(await access.redeemTicket(first.ticket)).toEqual(caller)
        expect(await access.redeemTicket(first.ticket)).toBeUndefined()
        const second = await access.issueTicket(caller)
        now += 30_000
        expect(await access.redeemTicket(second.ticket)).toBeUndefined()
      })
    })

    describe('a scope', () => {
      it('is of regions, or nobody gets it', async () => {
        const { access } = await open()
        for (const region of ['abc', '', '37010', '3701022']) {
          await expect(access.createToken('officer', [region])).rejects.toMatchObject({ code: 'SCOPE_INVALID' })
          const user = { ...person('li', 'officer'), scope: ['990000', region] }
          await expect(access.addUser(user, PASSWORD, by)).rejects.toMatchObject({ code: 'SCOPE_INVALID' })
        }
        await expect(access.createToken('officer', ['370102', '3701', '37'])).resolves.toMatchObject({ id: expect.any(String) })
      })
    })

    describe('a token', () => {
      it('stands for a machine with one role until it is revoked', async () => {
        const { access } = await open()
        const { id, token } = await access.createToken('ingest', ['990000'])
        now += 1000 * HOUR
        const caller = await access.byToken(token)
        expect(caller).toMatchObject({ username: `token:${id}`, roles: ['ingest'], scope: ['990000'] })
        await access.revokeToken(id)
        expect(await access.byToken(token)).toBeUndefined()
        expect(await access.isCurrent(caller!)).toBe(false)
        await expect(access.revokeToken(id)).rejects.toMatchObject({ code: 'TOKEN_UNKNOWN' })
      })
    })

    describe('a user', () => {
      it('is added once, with a password that is not weak', async () => {
        const { access } = await open()
        const li = person('li', 'investigator')
        await expect(access.addUser(li, 'short', by)).rejects.toMatchObject({ code: 'PASSWORD_WEAK' })
        await access.addUser(li, 'Careful-Reader-7', by)
        await expect(access.addUser(li, 'Careful-Reader-7', by)).rejects.toMatchObject({ code: 'USER_EXISTS' })
        expect(await access.users()).toContainEqual(
          expect.objectContaining({
            username: 'li',
            roles: ['investigator'],
            scope: ['990000'],
            institutions: [],
            disabled: false,
          }),
        )
        await expect(access.disableUser('wang', 'boss')).rejects.toMatchObject({ code: 'USER_UNKNOWN' })
      })

      it.each([
        [['sys_admin', 'audit_admin']],
        [['sec_admin', 'officer']],
        [['rule_admin', 'investigator']],
        [['institution', 'officer']],
        [['ingest']],
        [['emperor']],
        [[]],
      ])('is not %j: the administrators are separate, and so are rules and cases', async (roles) => {
        const { access } = await open()
        const adding = access.addUser(person('li', ...roles), 'Careful-Reader-7', by)
        await expect(adding).rejects.toMatchObject({ code: 'ROLES_INVALID' })
      })

      it('loses the sessions with the rights they began with', async () => {
        const { access } = await open()
        await access.addUser(person('li', 'investigator'), 'Careful-Reader-7', by)
        const { caller } = await access.signIn(as('li', 'Careful-Reader-7'))
        await access.changeUser('li', { roles: ['reviewer2'], institutions: ['H1'] }, 'boss')
        expect(await access.isCurrent(caller)).toBe(false)
        expect((await access.signIn(as('li', 'Careful-Reader-7'))).caller).toMatchObject({
          roles: ['reviewer2'],
          institutions: ['H1'],
        })
      })
    })

    describe('a second factor', () => {
      it('is asked for once it is confirmed, and takes each code once', async () => {
        const { access } = await open()
        const { caller } = await access.signIn(as('admin', PASSWORD))
        const { secret, uri } = await access.offerTotp(caller)
        expect(uri).toContain(secret)
        await expect(access.confirmTotp(caller, '000000')).rejects.toMatchObject({ code: 'TOTP_WRONG' })
        await access.confirmTotp(caller, totpAt(secret, now))
        await expect(access.signIn(as('admin', PASSWORD))).rejects.toMatchObject({ code: 'TOTP_REQUIRED' })
        await expect(access.signIn(as('admin', PASSWORD, totpAt(secret, now)))).rejects.toMatchObject({
          code: 'CREDENTIALS_WRONG',
        })
        now += MINUTE
        expect((await access.signIn(as('admin', PASSWORD, totpAt(secret, now)))).caller.totp).toBe(true)
        await access.removeTotp('admin', 'boss')
        await expect(access.signIn(as('admin', PASSWORD))).resolves.toBeDefined()
      })

      it('takes a code once, also of two who send it at once', async () => {
        const { access } = await open()
        const { caller } = await access.signIn(as('admin', PASSWORD))
        const { secret } = await access.offerTotp(caller)
        await access.confirmTotp(caller, totpAt(secret, now))
        now += MINUTE
        const both = [1, 2].map(() => access.signIn(as('admin', PASSWORD, totpAt(secret, now))))
        const outcomes = (await Promise.allSettled(both)).map((outcome) =>
          outcome.status === 'fulfilled' ? 'in' : outcome.reason.code,
        )
        expect(outcomes.sort()).toEqual(['CREDENTIALS_WRONG', 'in'])
      })
    })

    describe('the record', () => {
      it('names every sign-in, every refusal and every change of rights', async () => {
        const { access } = await open()
        await access.signIn(as('admin', 'guess')).catch(() => undefined)
        await access.signIn(as('admin', PASSWORD))
        await access.addUser(person('li', 'investigator'), 'Careful-Reader-7', by)
        const entries = await database.query('SELECT actor, address, action, object_id, result FROM audit ORDER BY n')
        expect(entries).toEqual([
          { actor: 'system', address: '', action: 'add_user', object_id: 'admin', result: 'done' },
          { actor: 'admin', address: '192.0.2.7', action: 'sign_in', object_id: 'admin', result: 'CREDENTIALS_WRONG' },
          { actor: 'admin', address: '192.0.2.7', action: 'sign_in', object_id: 'admin', result: 'done' },
          { actor: 'boss', address: '', action: 'add_user', object_id: 'li', result: 'done' },
        ])
        expect((await verifyAudit(database)).broken).toBeUndefined()
      })
    })
  })
}
