import type { Alert } from '../../schemas/alert.ts'
import type { DeadLetterCode } from '../../schemas/errors.ts'
import type { Instant } from '../../schemas/time.ts'
import type { Caller, Role } from './access/caller.ts'

/** What the dashboard needs from outside. The composition root brings the embedded or the scaled-out kind of each. */

/** ClickHouse: parameterised SQL (`{name:Type}`), rows as JSON. */
export interface Records {
  query<T>(sql: string, params?: Readonly<Record<string, unknown>>): Promise<T[]>
}

/** The one ordered log of alert revisions (contract, section 5). */
export interface Feed {
  /** Changes only when the log is lost; cursors of another epoch mean nothing. */
  readonly epoch: string
  /** The highest `seq` that is committed. */
  hwm(): number
  /** Called after each commit with the new revisions by rising `seq`; returns the way to stop. */
  subscribe(listener: (alerts: readonly Alert[]) => void): () => void
  /** Committed revisions above `seq`, by rising `seq`, at most `limit`; fewer only at the end of the log. */
  since(seq: number, limit: number): Promise<Alert[]>
}

export interface Rejected {
  /** Line of the body, from 1; row of an Arrow stream. */
  readonly line: number
  readonly code: DeadLetterCode
  readonly message: string
}

export interface Ingest {
  /**
   * Takes events as NDJSON or as an Arrow stream and resolves when they are durable.
   * @throws FundwatchError `BUSY` when the pipeline is behind.
   */
  submit(body: Buffer, contentType: string): Promise<{ accepted: number; duplicates: number; rejected: readonly Rejected[] }>
}

export interface Screen {
  /**
   * Judges a draft settlement before it is paid.
   * @throws FundwatchError with a dead-letter code when the draft is no settlement, `BUSY` when the pipeline is behind.
   */
  check(draft: unknown): Promise<unknown>
}

export interface Health {
  /** `checks`: one word or sentence per part, for people. */
  readiness(): { ready: boolean; checks: Readonly<Record<string, string>> }
}

export interface Credentials {
  readonly username: string
  readonly password: string
  readonly totp?: string
  /** Where the request comes from, for the record. */
  readonly address: string
}

/** Who may come in. Secrets (`session`, `token`, `ticket`) are opaque text; every method is safe against guessing. */
export interface Access {
  /** @throws FundwatchError `CREDENTIALS_WRONG`, `TOTP_REQUIRED`, `ACCOUNT_LOCKED`, `BUSY`. */
  signIn(credentials: Credentials): Promise<{ session: string; caller: Caller }>
  /** Signs in whom the bureau's own sign-in has vouched for. @throws FundwatchError `CREDENTIALS_WRONG` */
  signInVouched(username: string, address: string): Promise<{ session: string; caller: Caller }>
  signOut(session: string): Promise<void>
  /** The person behind a session, whose idle time starts anew. */
  bySession(session: string): Promise<Caller | undefined>
  /** The machine behind a bearer token. */
  byToken(token: string): Promise<Caller | undefined>
  /** A single-use pass to the socket. */
  issueTicket(caller: Caller): Promise<{ ticket: string; expires_in: number }>
  redeemTicket(ticket: string): Promise<Caller | undefined>
  /** Which of these sign-ins and tokens (`Caller.credential`) still hold; does not renew them. */
  current(credentials: readonly string[]): Promise<ReadonlySet<string>>
  /** @throws FundwatchError `CREDENTIALS_WRONG`, `ACCOUNT_LOCKED`, `PASSWORD_WEAK` */
  changeOwnPassword(caller: Caller, current: string, password: string): Promise<void>
  offerTotp(caller: Caller): Promise<{ secret: string; uri: string }>
  /** @throws FundwatchError `TOTP_WRONG` */
  confirmTotp(caller: Caller, code: string): Promise<void>
  users(): Promise<readonly UserRecord[]>
  /** @throws FundwatchError `USER_EXISTS`, `PASSWORD_WEAK`, `ROLES_INVALID` */
  addUser(user: NewUser, password: string, grant: Grant): Promise<void>
  /** @throws FundwatchError `USER_UNKNOWN`, `ROLES_INVALID` */
  changeUser(username: string, changes: UserChanges, by: string): Promise<void>
  /** @throws FundwatchError `USER_UNKNOWN`, `PASSWORD_WEAK` */
  setPassword(username: string, password: string, grant: Grant): Promise<void>
  /** @throws FundwatchError `USER_UNKNOWN` */
  removeTotp(username: string, by: string): Promise<void>
}

export interface NewUser {
  readonly username: string
  readonly name?: string
  readonly roles: readonly string[]
  readonly scope: readonly string[]
  readonly institutions?: readonly string[]
  readonly recusals?: readonly string[]
}
export type UserChanges = Partial<Omit<NewUser, 'username'>> & { readonly disabled?: boolean }

/** Who gives, and whether the password must be replaced at the first sign-in. */
export interface Grant {
  readonly by: string
  readonly isOneTime?: boolean
}

export interface UserRecord {
  readonly username: string
  readonly name: string
  readonly roles: readonly Role[]
  readonly scope: readonly string[]
  readonly institutions: readonly string[]
  readonly recusals: readonly string[]
  readonly disabled: boolean
  /** Empty without a second factor. */
  readonly totp: string
  readonly failures: number | null
  readonly failed_at: Instant | null
}
