import { createHash, randomUUID } from 'node:crypto'
import { formatInstant, type Instant } from '../../../schemas/time.ts'
import type { Attachment } from '../../../schemas/workflow.ts'
import type { Database } from '../database/database.ts'
import { Problem } from '../problems.ts'
import { audit } from './audit.ts'

/** What a file begins with, by what it is. Office documents are zip archives. */
const SIGNATURES: readonly { readonly type: string; readonly endings: readonly string[]; readonly bytes: readonly number[] }[] = [
  { type: 'application/pdf', endings: ['pdf'], bytes: [0x25, 0x50, 0x44, 0x46, 0x2d] },
  { type: 'image/png', endings: ['png'], bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { type: 'image/jpeg', endings: ['jpg', 'jpeg'], bytes: [0xff, 0xd8, 0xff] },
  { type: 'application/zip', endings: ['zip', 'docx', 'xlsx', 'ofd'], bytes: [0x50, 0x4b, 0x03, 0x04] },
]
const TEXT_ENDINGS = ['txt', 'csv']

/** What the file is, where its content and the ending of its name agree. @throws Problem `MEDIA_TYPE_UNSUPPORTED` */
function typeOf(name: string, content: Buffer): string {
  const ending = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  const known = SIGNATURES.find(({ bytes }) => bytes.every((byte, index) => content[index] === byte))
  if (known?.endings.includes(ending)) return known.type
  const isText = !known && !content.includes(0) && Buffer.from(content.toString('utf8')).equals(content)
  if (isText && TEXT_ENDINGS.includes(ending)) return 'text/plain; charset=utf-8'
  throw new Problem('MEDIA_TYPE_UNSUPPORTED', 'The file is of no accepted type, or its name says something else.')
}

type Row = Omit<Attachment, 'added'> & { readonly added: Instant }

const COLUMNS = 'attachment_id, alert_id, name, media_type, size, sha256, added, added_by, by_party'

function told(row: Row): Attachment {
  return { ...row, added: formatInstant(row.added) }
}

export async function addAttachment(
  database: Database,
  { alert_id, name, content }: { alert_id: string; name: string; content: Buffer },
  { by, at, isParty = false }: { by: string; at: Instant; isParty?: boolean },
): Promise<Attachment> {
  const media_type = typeOf(name, content)
  const sha256 = createHash('sha256').update(content).digest('hex')
  const file = { attachment_id: randomUUID(), alert_id, name, media_type, size: content.length, sha256 }
  const row = { ...file, added: at, added_by: by, by_party: isParty }
  await database.transaction(async (sql) => {
    await sql.query(`INSERT INTO attachment (${COLUMNS}, content) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, [
      ...Object.values(row),
      content,
    ])
    const detail = { attachment_id: row.attachment_id, sha256, size: row.size }
    await audit(sql, [{ at, actor: by, action: 'attach', object_type: 'alert', object_id: alert_id, detail }])
  })
  return told(row)
}

export async function attachmentsOf(database: Database, alertIds: readonly string[]): Promise<Attachment[]> {
  const rows = await database.query<Row>(
    `SELECT ${COLUMNS} FROM attachment WHERE alert_id = ANY($1) ORDER BY added, attachment_id`,
    [alertIds],
  )
  return rows.map(told)
}

export async function readAttachment(database: Database, id: string): Promise<(Attachment & { content: Buffer }) | undefined> {
  const [row] = await database.query<Row & { content: Uint8Array }>(
    `SELECT ${COLUMNS}, content FROM attachment WHERE attachment_id = $1`,
    [id],
  )
  return row && { ...told(row), content: Buffer.from(row.content) }
}
