import { type Instant, MINUTE } from '../../../schemas/time.ts'
import type { Sql } from '../database/database.ts'
import { Problem } from '../problems.ts'

const FAILURES_MAX = 5
const LOCKED_FOR = 15 * MINUTE

/** Until when a name with these failures stays locked; undefined when it is not. */
export function lockedUntil(failures: number, at: Instant, now: Instant): Instant | undefined {
  return failures >= FAILURES_MAX && at + LOCKED_FOR > now ? at + LOCKED_FOR : undefined
}

/** @throws Problem `ACCOUNT_LOCKED` after repeated failures, whether the name exists or not. */
export async function requireMayTry(sql: Sql, username: string, now: Instant): Promise<void> {
  const [failed] = await sql.query<{ count: number; at: Instant }>('SELECT count, at FROM failure WHERE username = $1', [
    username,
  ])
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
