import { FundwatchError } from '../../../schemas/errors.ts'
import { type Instant, SECOND } from '../../../schemas/time.ts'
import { type Database, type Sql, sqlState } from '../database/database.ts'
import type { Access, Credentials, Grant, NewUser, UserChanges, UserRecord } from '../ports.ts'
import { audit } from '../workflow/audit.ts'
import { type Account, accountOf, insertAccount, takeTotpStep, unchangedAccount } from './accounts.ts'
import type { Caller, Role } from './caller.ts'
import { makeFirstAdministrator } from './first-administrator.ts'
import { forgetFailures, requireMayStillTry, requireMayTry, toldFailure } from './lockout.ts'
import { hashPassword, requireStrongPassword, verifyPassword } from './password.ts'
import { requireCombinable, requireRegions } from './roles.ts'
import { Sealer } from './sealer.ts'
import { beginSignIn, endSignIn, endSignInsOf, liveSignIns, renewedSignIn } from './sign-ins.ts'
import { TICKET_LIFE, Tickets } from './tickets.ts'
import { deleteToken, insertToken, liveTokens, machineOf } from './tokens.ts'
import { newTotpSecret, stepOfTotp, totpUri } from './totp.ts'

const UNIQUE_VIOLATION = '23505'

export interface AccessOptions {
  readonly database: Database
  /** 32 bytes that seal the secrets of second factors. */
  readonly key: Uint8Array
  /** Password of the first administrator; without it a one-time password is made. Ignored once users exist. */
  readonly adminPassword?: string
  readonly now?: () => Instant
}

/** Users, tokens and sessions in the workflow's database. */
export class AccessDatabase implements Access {
  readonly #database: Database
  readonly #sealer: Sealer
  readonly #now: () => Instant
  readonly #tickets = new Tickets()

  private constructor({ database, key, now = Date.now }: AccessOptions) {
    this.#database = database
    this.#sealer = new Sealer(key)
    this.#now = now
  }

  /** @returns `firstPassword`: made just now, to be shown once, and to be replaced at the first sign-in. */
  static async open(options: AccessOptions): Promise<{ access: AccessDatabase; firstPassword?: string }> {
    const access = new AccessDatabase(options)
    const firstPassword = await makeFirstAdministrator(options.database, options.adminPassword, access.#now())
    return firstPassword ? { access, firstPassword } : { access }
  }

  async signIn({ username, password, totp, address }: Credentials): Promise<{ session: string; caller: Caller }> {
    const found = await accountOf(this.#database, username)
    const account = found?.disabled ? undefined : found
    await requireMayTry(this.#database, username, this.#now())
    const isRight = await verifyPassword(password, account?.password || undefined)
    if (!isRight || !account) throw await this.#wrong(username, address)
    if (account.totp === '') return this.#begin(account, address, (sql) => this.#mayStillTry(sql, username))
    if (totp === undefined) return this.#askForCode(username)
    const step = stepOfTotp(this.#sealer.open(account.totp), totp, this.#now(), account.totp_step)
    if (step === undefined) throw await this.#wrong(username, address)
    return this.#begin(account, address, async (sql) => {
      await this.#mayStillTry(sql, username)
      // Of two who send one code at once, one is in.
      return takeTotpStep(sql, username, step)
    })
  }

  /** Signs in whom somebody else has vouched for (OpenID Connect). */
  async signInVouched(username: string, address: string): Promise<{ session: string; caller: Caller }> {
    const account = await accountOf(this.#database, username)
    if (!account || account.disabled) throw await this.#failed(username, address)
    return this.#begin(account, address)
  }

  async signOut(session: string): Promise<void> {
    await endSignIn(this.#database, session)
  }

  async bySession(session: string): Promise<Caller | undefined> {
    const kept = await renewedSignIn(this.#database, session, this.#now())
    return kept && callerOf(kept, `session:${kept.id}`)
  }

  async byToken(token: string): Promise<Caller | undefined> {
    return machineOf(this.#database, token)
  }

  async issueTicket(caller: Caller): Promise<{ ticket: string; expires_in: number }> {
    return { ticket: this.#tickets.issue(caller, this.#now()), expires_in: TICKET_LIFE / SECOND }
  }

  async redeemTicket(ticket: string): Promise<Caller | undefined> {
    const caller = this.#tickets.redeem(ticket, this.#now())
    return caller && (await this.isCurrent(caller)) ? caller : undefined
  }

  async isCurrent({ credential }: Caller): Promise<boolean> {
    return (await this.current([credential])).has(credential)
  }

  async current(credentials: readonly string[]): Promise<Set<string>> {
    const tokens = await liveTokens(this.#database, credentials)
    const sessions = await liveSignIns(this.#database, credentials, this.#now())
    return new Set([...tokens, ...sessions])
  }

  async changeOwnPassword(caller: Caller, current: string, password: string): Promise<void> {
    const { username, credential } = caller
    const account = await this.#known(username)
    requireStrongPassword(password)
    if (current === password) throw new FundwatchError('PASSWORD_WEAK', 'The new password is the old one.')
    await requireMayTry(this.#database, username, this.#now())
    if (!(await verifyPassword(current, account.password || undefined))) throw await this.#wrong(username, '')
    const hashed = await hashPassword(password)
    const isChanged = await this.#database.transaction(async (sql) => {
      await this.#mayStillTry(sql, username)
      if (!(await unchangedAccount(sql, account))) return false
      await sql.query('UPDATE account SET password = $2, password_change = false WHERE username = $1', [username, hashed])
      await forgetFailures(sql, username)
      await endSignInsOf(sql, username, credential)
      await audit(sql, [this.#entry(username, 'change_password', username)])
      return true
    })
    if (!isChanged) throw await this.#wrong(username, '')
  }

  /** A secret for a second factor; it counts once a code of it was confirmed. */
  async offerTotp({ username }: Caller): Promise<{ secret: string; uri: string }> {
    const secret = newTotpSecret()
    await this.#database.query('UPDATE account SET totp_offered = $2 WHERE username = $1', [username, this.#sealer.seal(secret)])
    return { secret, uri: totpUri(username, secret) }
  }

  /** @throws FundwatchError `TOTP_WRONG` */
  async confirmTotp({ username }: Caller, code: string): Promise<void> {
    const { totp_offered } = await this.#known(username)
    const step = totp_offered === '' ? undefined : stepOfTotp(this.#sealer.open(totp_offered), code, this.#now(), 0)
    if (step === undefined) throw new FundwatchError('TOTP_WRONG', 'The code does not belong to the secret that was offered.')
    await this.#database.transaction(async (sql) => {
      await sql.query("UPDATE account SET totp = totp_offered, totp_offered = '', totp_step = $2 WHERE username = $1", [
        username,
        step,
      ])
      await audit(sql, [this.#entry(username, 'set_totp', username)])
    })
  }

  /** A lost second factor is taken away by an administrator, never by the person who has lost it. */
  async removeTotp(username: string, by: string): Promise<void> {
    await this.#known(username)
    await this.#database.transaction(async (sql) => {
      await sql.query("UPDATE account SET totp = '', totp_offered = '' WHERE username = $1", [username])
      await endSignInsOf(sql, username)
      await audit(sql, [this.#entry(by, 'remove_totp', username)])
    })
  }

  /**
   * @param isOneTime the person must replace the password at the first sign-in
   * @throws FundwatchError `USER_EXISTS`, `PASSWORD_WEAK`, `ROLES_INVALID`, `SCOPE_INVALID`
   */
  async addUser(user: NewUser, password: string, { by, isOneTime = false }: Grant): Promise<void> {
    const { username, name = '', roles, scope, institutions = [], recusals = [] } = user
    requireCombinable(roles, institutions)
    requireRegions(scope)
    requireStrongPassword(password)
    const hashed = await hashPassword(password)
    const account = { username, name, password: hashed, roles, scope, institutions, recusals }
    try {
      await this.#database.transaction(async (sql) => {
        await insertAccount(sql, { ...account, disabled: false, password_change: isOneTime })
        await audit(sql, [this.#entry(by, 'add_user', username, { roles, scope, institutions, recusals })])
      })
    } catch (error) {
      if (sqlState(error) !== UNIQUE_VIOLATION) throw error
      throw new FundwatchError('USER_EXISTS', `There is already a user ${username}.`)
    }
  }

  /** Ends the user's sessions, whose rights were others. @throws FundwatchError `USER_UNKNOWN`, `ROLES_INVALID` */
  async changeUser(username: string, changes: UserChanges, by: string): Promise<void> {
    const before = await this.#known(username)
    const { name, roles, scope, institutions, recusals, disabled } = { ...before, ...changes }
    if (changes.roles || changes.institutions) requireCombinable(roles, institutions)
    const lists = [roles, scope, institutions, recusals].map((list) => JSON.stringify(list))
    await this.#database.transaction(async (sql) => {
      await sql.query(
        `UPDATE account SET name = $2, roles = $3, scope = $4, institutions = $5, recusals = $6, disabled = $7
         WHERE username = $1`,
        [username, name, ...lists, disabled],
      )
      await endSignInsOf(sql, username)
      await audit(sql, [this.#entry(by, 'change_user', username, changes)])
    })
  }

  /** Ends the user's sessions and the lock on the name. @throws FundwatchError `USER_UNKNOWN`, `PASSWORD_WEAK` */
  async setPassword(username: string, password: string, { by, isOneTime = false }: Grant): Promise<void> {
    requireStrongPassword(password)
    await this.#known(username)
    const hashed = await hashPassword(password)
    await this.#database.transaction(async (sql) => {
      await forgetFailures(sql, username)
      await sql.query('UPDATE account SET password = $2, password_change = $3 WHERE username = $1', [username, hashed, isOneTime])
      await endSignInsOf(sql, username)
      await audit(sql, [this.#entry(by, 'set_password', username)])
    })
  }

  /** Ends the user's sessions. @throws FundwatchError `USER_UNKNOWN` */
  disableUser(username: string, by: string): Promise<void> {
    return this.changeUser(username, { disabled: true }, by)
  }

  users(): Promise<UserRecord[]> {
    return this.#database.query(
      `SELECT account.*, failure.count AS failures, failure.at AS failed_at
       FROM account LEFT JOIN failure USING (username) ORDER BY username`,
    )
  }

  /** @returns the token; it cannot be shown again. @throws FundwatchError `SCOPE_INVALID` */
  async createToken(role: Role, scope: readonly string[], by = 'system'): Promise<{ id: string; token: string }> {
    requireRegions(scope)
    return this.#database.transaction(async (sql) => {
      const made = await insertToken(sql, role, scope, this.#now())
      await audit(sql, [{ ...this.#entry(by, 'add_token', made.id, { role, scope }), object_type: 'token' }])
      return made
    })
  }

  /** @throws FundwatchError `TOKEN_UNKNOWN` */
  async revokeToken(id: string, by = 'system'): Promise<void> {
    await this.#database.transaction(async (sql) => {
      if (!(await deleteToken(sql, id))) throw new FundwatchError('TOKEN_UNKNOWN', `There is no token ${id}.`)
      await audit(sql, [{ ...this.#entry(by, 'revoke_token', id), object_type: 'token' }])
    })
  }

  async #mayStillTry(sql: Sql, username: string): Promise<boolean> {
    await requireMayStillTry(sql, username, this.#now())
    return true
  }

  /** That the password is right is told to nobody who has guessed too often. @throws FundwatchError `TOTP_REQUIRED` */
  #askForCode(username: string): Promise<never> {
    return this.#database.transaction(async (sql) => {
      await this.#mayStillTry(sql, username)
      throw new FundwatchError('TOTP_REQUIRED', 'The code of the second factor is needed as well.')
    })
  }

  /**
   * Begins a session of whoever is still who he was when his credentials were looked at, with the rights of now: what ends
   * sessions, as a new password does, ends those as well that are just beginning.
   */
  async #begin(
    seen: Account,
    address: string,
    isStillRight: (sql: Sql) => Promise<boolean> = async () => true,
  ): Promise<{ session: string; caller: Caller }> {
    const { username } = seen
    const now = this.#now()
    const begun = await this.#database.transaction(async (sql) => {
      if (!(await isStillRight(sql))) return undefined
      const account = await unchangedAccount(sql, seen)
      if (!account) return undefined
      await forgetFailures(sql, username)
      const { session, id } = await beginSignIn(sql, username, now)
      await audit(sql, [{ ...this.#entry(username, 'sign_in', username), address }])
      return { session, caller: callerOf(account, `session:${id}`) }
    })
    if (!begun) throw await this.#wrong(username, address)
    return begun
  }

  /** A guess, right or wrong, is not answered once the name is locked. @throws Problem `ACCOUNT_LOCKED` */
  #wrong(username: string, address: string): Promise<FundwatchError> {
    return this.#failed(username, address, (sql) => this.#mayStillTry(sql, username))
  }

  async #failed(username: string, address: string, before: (sql: Sql) => Promise<unknown> = async () => true) {
    const now = this.#now()
    await this.#database.transaction(async (sql) => {
      await before(sql)
      await toldFailure(sql, username, now)
      await audit(sql, [{ ...this.#entry(username, 'sign_in', username), address, result: 'CREDENTIALS_WRONG' }])
    })
    return new FundwatchError('CREDENTIALS_WRONG', 'User name, password or code is wrong.')
  }

  async #known(username: string): Promise<Account> {
    const account = await accountOf(this.#database, username)
    if (!account) throw new FundwatchError('USER_UNKNOWN', 'There is no such user.')
    return account
  }

  #entry(actor: string, action: string, object_id: string, detail: Readonly<Record<string, unknown>> = {}) {
    return { at: this.#now(), actor, action, object_type: 'user', object_id, detail: { ...detail } }
  }
}

type Rights = Pick<Account, 'username' | 'roles' | 'scope' | 'institutions' | 'recusals' | 'password_change' | 'totp'>

function callerOf({ password_change, totp, ...account }: Rights, credential: string): Caller {
  const { username, roles, scope, institutions, recusals } = account
  return { username, roles, scope, institutions, recusals, credential, passwordChange: password_change, totp: totp !== '' }
}
