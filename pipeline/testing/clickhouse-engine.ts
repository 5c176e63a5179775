import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { drainPending, Session } from 'chdb'
import { insertFromFile, quoted } from './clickhouse-insert.ts'
import type { Statement } from './clickhouse-statement.ts'

export interface Answer {
  readonly bytes: Uint8Array
  readonly rowsRead: number
  readonly bytesRead: number
  readonly seconds: number
}

/** chDB on one directory. A process has one such directory at a time: open the next after `close`. */
export class Engine {
  readonly #path: string
  readonly #scratch: string
  /** Keeps the engine loaded between statements. */
  readonly #open: Session
  #files = 0

  /** `scratch` is an existing folder for the rows of INSERTs on their way. */
  constructor(path: string, scratch: string) {
    this.#path = path
    this.#scratch = scratch
    // Where `BACKUP … TO File('…')` may write; a server is told so in its configuration.
    this.#open = new Session(path, { connectionArgs: [`--backups.allowed_path=${join(scratch, 'backups')}`] })
  }

  /** A server forgets settings, parameters and the database after each request; so every statement has a session of its own. */
  async run(statement: Statement): Promise<Answer> {
    const session = new Session(this.#path)
    try {
      for (const preparation of preparations(statement)) await session.queryAsync(preparation)
      const { rows } = statement
      return await (rows ? this.#insert(session, statement.sql, rows) : query(session, statement.sql, statement.format))
    } finally {
      session.close()
    }
  }

  async close(): Promise<void> {
    this.#open.close()
    await drainPending()
  }

  async #insert(session: Session, sql: string, rows: Buffer): Promise<Answer> {
    if (rows.length === 0) return NOTHING
    const file = join(this.#scratch, `rows-${this.#files++}`)
    await writeFile(file, rows)
    try {
      return await query(session, insertFromFile(sql, file), 'TabSeparated')
    } finally {
      await rm(file)
    }
  }
}

const NOTHING: Answer = { bytes: new Uint8Array(), rowsRead: 0, bytesRead: 0, seconds: 0 }

async function query(session: Session, sql: string, format: string): Promise<Answer> {
  const result = await session.queryAsync(sql, { format })
  return { bytes: result.bytes(), rowsRead: result.rowsRead, bytesRead: result.bytesRead, seconds: result.elapsed }
}

function* preparations({ database, settings, parameters, readOnly }: Statement): Generator<string> {
  if (database) yield `USE \`${database.replaceAll('`', '\\`')}\``
  const values = Object.entries({ ...settings, ...parameters }).map(([name, value]) => `${name} = ${quoted(value)}`)
  if (values.length > 0) yield `SET ${values.join(', ')}`
  if (readOnly) yield 'SET readonly = 2'
}
