import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HOUR, MINUTE } from '../../../schemas/time.ts'
import { AccessFile } from './access-file.ts'

const PASSWORD = 'Watchful-1234'
let directory: string
let path: string
let now: number

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fundwatch-access-'))
  path = join(directory, 'access.json')
  now = Date.UTC(2026, 0, 5)
})
afterEach(() => rm(directory, { recursive: true }))

const open = async (adminPassword: string | undefined = PASSWORD) => AccessFile.open({ path, adminPassword, now: () => now })

describe('the first start', () => {
  it('makes an administrator with a password that is told once', async () => {
    const { access, firstPassword } = await open('')
    await expect(access.signIn('admin', firstPassword!)).resolves.toMatchObject({ caller: { username: 'admin' } })
    const again = await open('Other-Password-9')
    expect(again.firstPassword).toBeUndefined()
    await expect(again.access.signIn('admin', 'Other-Password-9')).rejects.toMatchObject({ code: 'CREDENTIALS_WRONG' })
  })

  it('writes a file that only its owner reads, without any secret', async () => {
    const { access } = await open()
    const { session } = await access.signIn('admin', PASSWORD)
    const { token } = await access.createToken('ingest', ['990000'])
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const text = await readFile(path, 'utf8')
    for (const secret of [PASSWORD, session, token]) expect(text).not.toContain(secret)
  })
})

describe('a session', () => {
  it('survives a restart and ends with the sign-out', async () => {
    const { session } = await (await open()).access.signIn('admin', PASSWORD)
    const { access } = await open()
    expect(await access.bySession(session)).toMatchObject({ roles: ['officer', 'sys_admin'], scope: ['000000'] })
    await access.signOut(session)
    expect(await access.bySession(session)).toBeUndefined()
  })

  it('ends after a quarter of an hour without use', async () => {
    const { access } = await open()
    const { session, caller } = await access.signIn('admin', PASSWORD)
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
    const { session } = await access.signIn('admin', PASSWORD)
    for (let minutes = 0; minutes < 8 * 60 - 10; minutes += 10) {
      now += 10 * MINUTE
      expect(await access.bySession(session)).toBeDefined()
    }
    now += 10 * MINUTE
    expect(await access.bySession(session)).toBeUndefined()
  })

  it('ends with the password it began with, and with its user', async () => {
    const { access } = await open()
    const first = await access.signIn('admin', PASSWORD)
    await access.setPassword('admin', 'Watchful-5678')
    expect(await access.bySession(first.session)).toBeUndefined()
    const second = await access.signIn('admin', 'Watchful-5678')
    await access.disableUser('admin')
    expect(await access.isCurrent(second.caller)).toBe(false)
    await expect(access.signIn('admin', 'Watchful-5678')).rejects.toMatchObject({ code: 'CREDENTIALS_WRONG' })
  })
})

describe('guessing', () => {
  it('locks the name after five failures for a quarter of an hour, whether it exists or not', async () => {
    const { access } = await open()
    for (const name of ['admin', 'nobody']) {
      for (let n = 0; n < 5; n++) await expect(access.signIn(name, 'guess')).rejects.toMatchObject({ code: 'CREDENTIALS_WRONG' })
      await expect(access.signIn(name, PASSWORD)).rejects.toMatchObject({ code: 'ACCOUNT_LOCKED' })
    }
    now += 15 * MINUTE
    await expect(access.signIn('admin', PASSWORD)).resolves.toBeDefined()
  })

  it('is forgotten with a right password', async () => {
    const { access } = await open()
    for (let round = 0; round < 2; round++) {
      for (let n = 0; n < 4; n++) await access.signIn('admin', 'guess').catch(() => undefined)
      await expect(access.signIn('admin', PASSWORD)).resolves.toBeDefined()
    }
  })
})

describe('a ticket', () => {
  it('is good once and for half a minute', async () => {
    const { access } = await open()
    const { caller } = await access.signIn('admin', PASSWORD)
    const first = await access.issueTicket(caller)
    expect(await access.redeemTicket(first.ticket)).toEqual(caller)
    expect(await access.redeemTicket(first.ticket)).toBeUndefined()
    const second = await access.issueTicket(caller)
    now += 30_000
    expect(await access.redeemTicket(second.ticket)).toBeUndefined()
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
    await expect(access.addUser('li', 'short', ['officer'], ['990000'])).rejects.toMatchObject({ code: 'PASSWORD_WEAK' })
    await access.addUser('li', 'Careful-Reader-7', ['investigator'], ['990000'])
    await expect(access.addUser('li', 'Careful-Reader-7', ['officer'], [])).rejects.toMatchObject({ code: 'USER_EXISTS' })
    expect(access.users()).toContainEqual({ username: 'li', roles: ['investigator'], scope: ['990000'], disabled: false })
    await expect(access.disableUser('wang')).rejects.toMatchObject({ code: 'USER_UNKNOWN' })
  })
})
