import type { Sql } from '../database/database.ts'
import type { Role } from './caller.ts'

/** A person as stored; secrets as hashes, or sealed. */
export interface Account {
  readonly username: string
  readonly name: string
  readonly password: string
  readonly roles: readonly Role[]
  readonly scope: readonly string[]
  readonly institutions: readonly string[]
  readonly recusals: readonly string[]
  readonly disabled: boolean
  /** The password must be replaced before anything else. */
  readonly password_change: boolean
  readonly totp: string
  readonly totp_offered: string
  readonly totp_step: number
}

export async function accountOf(sql: Sql, username: string): Promise<Account | undefined> {
  const [account] = await sql.query<Account>('SELECT * FROM account WHERE username = $1', [username])
  return account
}

/**
 * The account as it is now, kept so until the transaction ends; undefined where it is not any more what the credentials were
 * held against: it was disabled, or has another password or second factor.
 */
export async function unchangedAccount(sql: Sql, { username, password, totp }: Account): Promise<Account | undefined> {
  const [account] = await sql.query<Account>(
    'SELECT * FROM account WHERE username = $1 AND password = $2 AND totp = $3 AND NOT disabled FOR UPDATE',
    [username, password, totp],
  )
  return account
}

export async function insertAccount(sql: Sql, account: Omit<Account, 'totp' | 'totp_offered' | 'totp_step'>): Promise<void> {
  const { username, name, password, roles, scope, institutions, recusals, disabled, password_change } = account
  const lists = [roles, scope, institutions, recusals].map((list) => JSON.stringify(list))
  await sql.query(
    `INSERT INTO account (username, name, password, roles, scope, institutions, recusals, disabled, password_change)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [username, name, password, ...lists, disabled, password_change],
  )
}

/** A code of a second factor is good once: false where this one, or a later one, was taken already. */
export async function takeTotpStep(sql: Sql, username: string, step: number): Promise<boolean> {
  const taken = await sql.query('UPDATE account SET totp_step = $2 WHERE username = $1 AND totp_step < $2 RETURNING username', [
    username,
    step,
  ])
  return taken.length > 0
}
