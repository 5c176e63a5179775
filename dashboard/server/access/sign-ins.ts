import { randomBytes } from 'node:crypto'
import { HOUR, type Instant, MINUTE } from '../../../schemas/time.ts'
import type { Sql } from '../database/database.ts'
import type { Account } from './accounts.ts'
import { hashSecret, newSecret } from './secret.ts'

const IDLE_MAX = 15 * MINUTE
const SESSION_MAX = 8 * HOUR
/** How stale the record of a session may be: its use is written down once a minute. */
const SEEN_GRAIN = MINUTE

/** A session as stored; its secret only as a hash. */
interface SignIn {
  readonly id: string
  readonly username: string
  readonly started: Instant
  readonly seen: Instant
}

function isAlive({ started, seen }: SignIn, now: Instant): boolean {
  return now - seen < IDLE_MAX + SEEN_GRAIN && now - started < SESSION_MAX
}

/** Begins a session, and forgets those that are over. */
export async function beginSignIn(sql: Sql, username: string, now: Instant): Promise<{ session: string; id: string }> {
  const session = newSecret()
  const id = randomBytes(8).toString('hex')
  await sql.query('DELETE FROM sign_in WHERE started <= $1 OR seen <= $2', [now - SESSION_MAX, now - IDLE_MAX - SEEN_GRAIN])
  await sql.query('INSERT INTO sign_in VALUES ($1, $2, $3, $4, $4)', [hashSecret(session), id, username, now])
  return { session, id }
}

/** The session and whose it is, while it lasts; its idle time starts anew. */
export async function renewedSignIn(sql: Sql, session: string, now: Instant): Promise<(SignIn & Account) | undefined> {
  const hash = hashSecret(session)
  const [kept] = await sql.query<SignIn & Account>(
    `SELECT sign_in.*, account.roles, account.scope, account.institutions, account.recusals, account.password_change,
       account.totp FROM sign_in JOIN account USING (username) WHERE hash = $1 AND NOT disabled`,
    [hash],
  )
  if (!kept || !isAlive(kept, now)) return undefined
  if (now - kept.seen >= SEEN_GRAIN) await sql.query('UPDATE sign_in SET seen = $2 WHERE hash = $1', [hash, now])
  return kept
}

export async function endSignIn(sql: Sql, session: string): Promise<void> {
  await sql.query('DELETE FROM sign_in WHERE hash = $1', [hashSecret(session)])
}

/** Ends all sessions of a person. @param except the credential of the one that goes on */
export async function endSignInsOf(sql: Sql, username: string, except = ''): Promise<void> {
  await sql.query("DELETE FROM sign_in WHERE username = $1 AND 'session:' || id <> $2", [username, except])
}

/** Those of the credentials that are sessions which last; does not renew them. */
export async function liveSignIns(sql: Sql, credentials: readonly string[], now: Instant): Promise<string[]> {
  const kept = await sql.query<SignIn>(
    `SELECT sign_in.* FROM sign_in JOIN account USING (username) WHERE 'session:' || id = ANY($1) AND NOT disabled`,
    [credentials],
  )
  return kept.filter((one) => isAlive(one, now)).map(({ id }) => `session:${id}`)
}
