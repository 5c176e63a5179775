import { FundwatchError } from '../../../schemas/errors.ts'

/** Statements of PostgreSQL (`$1`, `$2` ...). `bigint` is read as a number: money is fen, times are epoch milliseconds. */
export interface Sql {
  query<T>(text: string, params?: readonly unknown[]): Promise<T[]>
}

/** Where the workflow is kept: PostgreSQL on a server, or embedded. Both speak the same SQL. */
export interface Database extends Sql {
  /**
   * Everything that `work` does, or nothing of it. When the database gives it up for the sake of another transaction, `work`
   * runs again: it must not act on anything but the database.
   */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** SQLSTATEs that say: another transaction was in the way, try again. */
const GIVEN_UP = new Set(['40001', '40P01'])
const ATTEMPTS = 5

/** Repeats a transaction that was given up for another's sake. */
export async function persevere<T>(attempt: () => Promise<T>): Promise<T> {
  for (let n = 1; ; n++) {
    try {
      return await attempt()
    } catch (error) {
      if (n === ATTEMPTS || !GIVEN_UP.has(sqlState(error))) throw error
    }
  }
}

/** The SQLSTATE of a failure of the database; `''` for every other. */
export function sqlState(error: unknown): string {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && !(error instanceof FundwatchError) ? code : ''
}
