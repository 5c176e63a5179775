import { type Instant, MINUTE } from '../../../schemas/time.ts'
import type { Sql } from '../database/database.ts'
import { Problem } from '../problems.ts'

const FAILURES_MAX = 5
const LOCKED_FOR = 15 * MINUTE

/** Until when a name with these failures stays locked; undefined when it is not. */
export function lockedUntil(failures: number, at: Instant, now: Instant): Instant | undefined {
  return failures >= FAILURES_MAX && at + LOCKED_FOR > now ? at + LOCKED_FOR : undefined
}

interface Failures {
  readonly count: number
  readonly at: Instant
}

/** @throws Problem `ACCOUNT_LOCKED` after repeated failures, whether the name exists or not. */
export async function requireMayTry(sql: Sql, username: string, now: Instant): Promise<void> {
  const [failed] = await sql.query<Failures>('SELECT count, at FROM failure WHERE username = $1', [username])
  requireUnlocked(failed, now)
}

/**
 * The same when the answer is known, in the transaction that acts on it: of many who try one name at the same moment each is
 * answered after the other, and none, right or wrong, once the name is locked. The row of the name is the lock; whoever
 * calls tells a failure, or forgets all of them.
 * @throws Problem `ACCOUNT_LOCKED`
 */
export async function requireMayStillTry(sql: Sql, username: string, now: Instant): Promise<void> {
  const [failed] = await sql.query<Failures>(
    'INSERT INTO failure VALUES ($1, 0, $2) ON CONFLICT (username) DO UPDATE SET count = failure.count RETURNING count, at',
    [username, now],
  )
  requireUnlocked(failed, now)
}

function requireUnlocked(failed: Failures | undefined, now: Instant): void {
  const until = failed && lockedUntil(failed.count, failed.at, now)
  if (until === undefined) return
  const minutes = Math.ceil((until - now) / MINUTE)
  const seconds = Math.ceil((until - now) / 1_000)
  throw new Problem('ACCOUNT_LOCKED', `Locked after repeated failures. Try again in ${minutes} minutes.`, seconds)
}

/** Counts a failed sign-in; names that were not tried for long are forgotten, lest guessed names fill the database. */
export async function toldFailure(sql: Sql, username: string, now: Instant): Promise<void> {
  await sql.query('DELETE FROM failure WHERE at <= $1', [now - LOCKED_FOR])
  await sql.query(
    `INSERT INTO failure VALUES ($1, 1, $2)
     ON CONFLICT (username) DO UPDATE SET count = failure.count + 1, at = excluded.at`,
    [username, now],
  )
}

export async function forgetFailures(sql: Sql, username: string): Promise<void> {
  await sql.query('DELETE FROM failure WHERE username = $1', [username])
}
