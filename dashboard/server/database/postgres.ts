import pg from 'pg'
import { FundwatchError } from '../../../schemas/errors.ts'
import { type Database, persevere, type Sql } from './database.ts'

const CONNECTIONS = 10
const CONNECT_TIMEOUT_MS = 10_000
const BIGINT = 20

const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === BIGINT ? Number : pg.types.getTypeParser(oid, format as 'text'),
}

function sqlOn(client: pg.Pool | pg.PoolClient): Sql {
  return {
    async query<T>(text: string, params: readonly unknown[] = []) {
      return (await client.query(text, [...params])).rows as T[]
    },
  }
}

/**
 * PostgreSQL on a server.
 * @param schema where the tables lie; made when it is missing
 * @throws FundwatchError `DATABASE_UNREACHABLE`
 */
export async function openPostgres(url: string, schema = 'fundwatch'): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    options: `-c search_path=${schema}`,
    types,
  })
  // A connection that dies while idle is replaced by the next request; without a listener it would end the process.
  pool.on('error', () => {})
  try {
    await pool.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`)
  } catch (error) {
    await pool.end()
    // The driver's message may quote the address with its password.
    throw new FundwatchError('DATABASE_UNREACHABLE', 'The PostgreSQL server does not answer or refuses the sign-in.', {
      cause: error,
    })
  }
  return { ...sqlOn(pool), transaction: (work) => persevere(() => transaction(pool, work)), close: () => pool.end() }
}

async function transaction<T>(pool: pg.Pool, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('BEGIN')
    const result = await work(sqlOn(client))
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch((failure) => {
      broken = failure
    })
    throw error
  } finally {
    client.release(broken)
  }
}
