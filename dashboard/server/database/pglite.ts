import type { Database, Sql } from './database.ts'
import { type Engine, pgliteEngine } from './pglite-engine.ts'
import { pgliteThread } from './pglite-thread.ts'

/** Threads are started from compiled files; tests run from the sources, on their own thread. */
const IS_COMPILED = !import.meta.url.endsWith('.ts')

/**
 * PostgreSQL in this process (PGlite). It has one connection: transactions come one after another, and between them single
 * statements.
 * @param directory where it keeps its files; in memory without one
 */
export function openPglite(directory?: string): Promise<Database> {
  return databaseOn(IS_COMPILED ? pgliteThread(directory) : pgliteEngine(directory))
}

export async function databaseOn(engine: Engine): Promise<Database> {
  const sql = sqlOn(engine)
  await sql.query('SELECT 1')
  let last: Promise<unknown> = Promise.resolve()
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work, work)
    last = turn.catch(() => undefined)
    return turn
  }
  return {
    query: (text, params) => inTurn(() => sql.query(text, params)),
    transaction: (work) => inTurn(() => transaction(sql, work)),
    close: () => inTurn(() => engine.close()),
  }
}

function sqlOn(engine: Engine): Sql {
  return { query: <T>(text: string, params: readonly unknown[] = []) => engine.run({ text, params }) as Promise<T[]> }
}

async function transaction<T>(sql: Sql, work: (sql: Sql) => Promise<T>): Promise<T> {
  await sql.query('BEGIN')
  try {
    const result = await work(sql)
    await sql.query('COMMIT')
    return result
  } catch (error) {
    await sql.query('ROLLBACK').catch(() => undefined)
    throw error
  }
}
