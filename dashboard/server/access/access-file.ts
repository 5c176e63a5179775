import { randomBytes } from 'node:crypto'
import { FundwatchError } from '../../../schemas/errors.ts'
import { HOUR, type Instant, MINUTE, SECOND } from '../../../schemas/time.ts'
import type { Access } from '../ports.ts'
import { type Book, BookWriter, readBook, type Session, type User } from './access-book.ts'
import type { Caller, Role } from './caller.ts'
import { Lockout } from './lockout.ts'
import { hashPassword, requireStrongPassword, verifyPassword } from './password.ts'
import { hashSecret, newSecret } from './secret.ts'
import { TICKET_LIFE, Tickets } from './tickets.ts'

const IDLE_MAX = 15 * MINUTE
const SESSION_MAX = 8 * HOUR
/** How stale the file's record of a session may be; a restart forgets at most so much of its use. */
const SEEN_GRAIN = MINUTE
const WHOLE_COUNTRY = '000000'

export interface AccessFileOptions {
  readonly path: string
  /** Password of the first administrator; without it one is made. Ignored once users exist. */
  readonly adminPassword?: string
  readonly now?: () => Instant
}

/** Users, tokens and sessions in one file that only its owner can read. For one process. */
export class AccessFile implements Access {
  readonly #book: Book
  readonly #writer: BookWriter
  readonly #now: () => Instant
  readonly #lockout = new Lockout()
  readonly #tickets = new Tickets()

  private constructor(book: Book, writer: BookWriter, now: () => Instant) {
    this.#book = book
    this.#writer = writer
    this.#now = now
  }

  /**
   * Opens the file, or makes it with its first administrator `admin`, who may also read alerts.
   * @returns `firstPassword`: made just now, to be shown once.
   */
  static async open({
    path,
    adminPassword,
    now = Date.now,
  }: AccessFileOptions): Promise<{ access: AccessFile; firstPassword?: string }> {
    const writer = new BookWriter(path)
    const existing = await readBook(path)
    if (existing) return { access: new AccessFile(existing, writer, now) }
    const password = adminPassword || randomBytes(12).toString('base64url')
    const access = new AccessFile({ version: 1, users: [], tokens: [], sessions: [] }, writer, now)
    await access.#enter('admin', password, ['officer', 'sys_admin'], [WHOLE_COUNTRY])
    return adminPassword ? { access } : { access, firstPassword: password }
  }

  async signIn(username: string, password: string): Promise<{ session: string; caller: Caller }> {
    const locked = this.#lockout.lockedFor(username, this.#now())
    if (locked > 0) {
      throw new FundwatchError(
        'ACCOUNT_LOCKED',
        `Locked after repeated failures. Try again in ${Math.ceil(locked / MINUTE)} minutes.`,
      )
    }
    const user = this.#user(username)
    if (!(await verifyPassword(password, user?.password)) || !user) {
      this.#lockout.fail(username, this.#now())
      throw new FundwatchError('CREDENTIALS_WRONG', 'User name or password is wrong.')
    }
    this.#lockout.succeed(username)
    const session = newSecret()
    const now = this.#now()
    const kept = { id: randomBytes(8).toString('hex'), hash: hashSecret(session), username, started: now, seen: now }
    this.#book.sessions = [...this.#book.sessions.filter((other) => this.#holds(other)), kept]
    await this.#save()
    return { session, caller: callerOf(user, kept) }
  }

  async signOut(session: string): Promise<void> {
    const hash = hashSecret(session)
    this.#book.sessions = this.#book.sessions.filter((kept) => kept.hash !== hash)
    await this.#save()
  }

  async bySession(session: string): Promise<Caller | undefined> {
    const hash = hashSecret(session)
    const kept = this.#book.sessions.find((candidate) => candidate.hash === hash)
    const user = kept && this.#holds(kept) ? this.#user(kept.username) : undefined
    if (!kept || !user) return undefined
    const now = this.#now()
    const stale = now - kept.seen >= SEEN_GRAIN
    if (stale) {
      kept.seen = now
      await this.#save()
    }
    return callerOf(user, kept)
  }

  async byToken(token: string): Promise<Caller | undefined> {
    const hash = hashSecret(token)
    const kept = this.#book.tokens.find((candidate) => candidate.hash === hash)
    return kept && { username: `token:${kept.id}`, roles: [kept.role], scope: kept.scope, credential: `token:${kept.id}` }
  }

  async issueTicket(caller: Caller): Promise<{ ticket: string; expires_in: number }> {
    return { ticket: this.#tickets.issue(caller, this.#now()), expires_in: TICKET_LIFE / SECOND }
  }

  async redeemTicket(ticket: string): Promise<Caller | undefined> {
    const caller = this.#tickets.redeem(ticket, this.#now())
    return caller && (await this.isCurrent(caller)) ? caller : undefined
  }

  async isCurrent({ credential, username }: Caller): Promise<boolean> {
    if (credential.startsWith('token:')) return this.#book.tokens.some(({ id }) => credential === `token:${id}`)
    const session = this.#book.sessions.find(({ id }) => credential === `session:${id}`)
    return session !== undefined && this.#holds(session) && this.#user(username) !== undefined
  }

  /** @throws FundwatchError `USER_EXISTS`, `PASSWORD_WEAK` */
  async addUser(username: string, password: string, roles: Role[], scope: string[]): Promise<void> {
    requireStrongPassword(password)
    await this.#enter(username, password, roles, scope)
  }

  /** Ends the user's sessions. @throws FundwatchError `USER_UNKNOWN`, `PASSWORD_WEAK` */
  async setPassword(username: string, password: string): Promise<void> {
    requireStrongPassword(password)
    const user = this.#known(username)
    user.password = await hashPassword(password)
    await this.#endSessions(username)
  }

  /** Ends the user's sessions. @throws FundwatchError `USER_UNKNOWN` */
  async disableUser(username: string): Promise<void> {
    this.#known(username).disabled = true
    await this.#endSessions(username)
  }

  users(): { username: string; roles: readonly Role[]; scope: readonly string[]; disabled: boolean }[] {
    return this.#book.users.map(({ username, roles, scope, disabled }) => ({ username, roles, scope, disabled }))
  }

  /** @returns the token; it cannot be shown again. */
  async createToken(role: Role, scope: string[]): Promise<{ id: string; token: string }> {
    const token = newSecret()
    const id = randomBytes(4).toString('hex')
    this.#book.tokens.push({ id, hash: hashSecret(token), role, scope, created: this.#now() })
    await this.#save()
    return { id, token }
  }

  /** @throws FundwatchError `TOKEN_UNKNOWN` */
  async revokeToken(id: string): Promise<void> {
    const left = this.#book.tokens.filter((token) => token.id !== id)
    if (left.length === this.#book.tokens.length) throw new FundwatchError('TOKEN_UNKNOWN', `There is no token ${id}.`)
    this.#book.tokens = left
    await this.#save()
  }

  async #enter(username: string, password: string, roles: Role[], scope: string[]): Promise<void> {
    const hashed = await hashPassword(password)
    if (this.#book.users.some((user) => user.username === username)) {
      throw new FundwatchError('USER_EXISTS', `There is already a user ${username}.`)
    }
    this.#book.users.push({ username, password: hashed, roles, scope, disabled: false })
    await this.#save()
  }

  #user(username: string): User | undefined {
    return this.#book.users.find((user) => user.username === username && !user.disabled)
  }

  #known(username: string): User {
    const user = this.#book.users.find((candidate) => candidate.username === username)
    if (!user) throw new FundwatchError('USER_UNKNOWN', `There is no user ${username}.`)
    return user
  }

  #holds({ started, seen }: Session): boolean {
    const now = this.#now()
    return now - seen < IDLE_MAX + SEEN_GRAIN && now - started < SESSION_MAX
  }

  async #endSessions(username: string): Promise<void> {
    this.#book.sessions = this.#book.sessions.filter((session) => session.username !== username)
    await this.#save()
  }

  #save(): Promise<void> {
    return this.#writer.write(this.#book)
  }
}

function callerOf(user: User, session: Session): Caller {
  return { username: user.username, roles: user.roles, scope: user.scope, credential: `session:${session.id}` }
}
