import { createHash } from 'node:crypto'
import { formatInstant, type Instant } from '../../../schemas/time.ts'
import type { Caller } from '../access/caller.ts'
import { namesPerson } from '../alerts/personal-numbers.ts'
import type { Database } from '../database/database.ts'
import { Problem } from '../problems.ts'
import { audit } from '../workflow/audit.ts'
import { type Column, csvOf } from './csv.ts'

/** A longer list is refused, not cut: a file that lacks its end tells nobody so. */
const ROWS_MAX = 20_000

export interface Taking {
  readonly name: 'alerts' | 'cases' | 'settlements'
  /** What was asked for, for the record. */
  readonly filter: Readonly<Record<string, unknown>>
  readonly reason: string
  readonly language: 'zh' | 'en'
  readonly address: string
}

export interface ExportFile {
  readonly content: Buffer
  readonly sha256: string
}

type ReadPage<T> = (cursor: string | undefined) => Promise<{ readonly rows: readonly T[]; readonly next: string | null }>

interface Parts {
  readonly database: Database
  readonly now: () => Instant
}

/**
 * A list as a file; who took it, why, and its hash are in the record before it is handed out.
 * @throws Problem `EXPORT_TOO_LARGE`, `NOTE_NAMES_PERSON`
 */
export async function takeExport<T>(
  { database, now }: Parts,
  { username }: Caller,
  { name, filter, reason, language, address }: Taking,
  columns: readonly Column<T>[],
  read: ReadPage<T>,
): Promise<ExportFile> {
  if (namesPerson(reason)) throw new Problem('NOTE_NAMES_PERSON')
  const rows: T[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await read(cursor)
    rows.push(...page.rows)
    if (rows.length > ROWS_MAX) throw new Problem('EXPORT_TOO_LARGE')
    cursor = page.next
  }
  const at = now()
  const last = [`# ${name}`, `${rows.length} rows`, username, formatInstant(at), reason]
  const content = Buffer.from(csvOf(columns, rows, language, last))
  const sha256 = createHash('sha256').update(content).digest('hex')
  const detail = { filter, rows: rows.length, sha256 }
  const entry = {
    at,
    actor: username,
    address,
    action: 'export',
    object_type: 'export',
    object_id: name,
    purpose: reason,
    detail,
  }
  await database.transaction((sql) => audit(sql, [entry]))
  return { content, sha256 }
}
