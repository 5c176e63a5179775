import type { IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { ClickHouseException, CODES } from './clickhouse-exception.ts'

/** One statement as it came over HTTP. */
export interface Statement {
  readonly sql: string
  /** The rows of an INSERT whose text came in the URL: any input format, binary ones included. */
  readonly rows?: Buffer
  /** Output format of a statement that names none. */
  readonly format: string
  readonly database?: string
  readonly settings: Readonly<Record<string, string>>
  readonly parameters: Readonly<Record<string, string>>
  readonly readOnly: boolean
  readonly queryId: string
  readonly gzipReply: boolean
}

/** URL parameters that are not settings of the engine. */
const OF_THE_INTERFACE = new Set([
  ...['query', 'query_id', 'database', 'default_format', 'user', 'password', 'role', 'quota_key'],
  ...['session_id', 'session_timeout', 'session_check', 'buffer_size', 'wait_end_of_query', 'stacktrace'],
])
const PARAMETER = 'param_'
const INSERT_OF_ROWS = /^\s*INSERT\s[\s\S]*\sFORMAT\s+\w+\s*;?\s*$/i

export async function readStatement(request: IncomingMessage, url: URL): Promise<Statement> {
  const sent = await readBody(request)
  const form = await readForm(request, sent)
  const inUrl = url.searchParams.get('query') ?? form.get('query') ?? ''
  const body = form.size > 0 ? Buffer.alloc(0) : sent
  const given = [...url.searchParams, ...form].filter(([name]) => name !== 'query')
  const takesRows = INSERT_OF_ROWS.test(inUrl)
  return {
    sql: takesRows ? inUrl : oneStatement([inUrl, body.toString()].filter(Boolean).join('\n')),
    rows: takesRows ? body : undefined,
    format: url.searchParams.get('default_format') ?? 'TabSeparated',
    database: url.searchParams.get('database') ?? undefined,
    settings: Object.fromEntries(given.filter(([name]) => !OF_THE_INTERFACE.has(name) && !name.startsWith(PARAMETER))),
    parameters: Object.fromEntries(given.filter(([name]) => name.startsWith(PARAMETER))),
    readOnly: request.method === 'GET',
    queryId: url.searchParams.get('query_id') ?? crypto.randomUUID(),
    gzipReply:
      url.searchParams.get('enable_http_compression') === '1' && /\bgzip\b/.test(String(request.headers['accept-encoding'])),
  }
}

/** Long parameters come as parts of a form, with the statement among them. */
async function readForm(request: IncomingMessage, body: Buffer): Promise<ReadonlyMap<string, string>> {
  const type = request.headers['content-type'] ?? ''
  if (!type.startsWith('multipart/form-data')) return new Map()
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()
  return new Map([...form].map(([name, value]) => [name, String(value)]))
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const sent = await buffer(request)
  const encoding = request.headers['content-encoding']
  if (encoding === undefined) return sent
  if (encoding === 'gzip') return gunzipSync(sent)
  throw new ClickHouseException(CODES.UNKNOWN_COMPRESSION_METHOD, `Unknown encoding: ${encoding}.`, 'UNKNOWN_COMPRESSION_METHOD')
}

const QUOTED_OR_COMMENT = /'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*"|--[^\n]*|\/\*[\s\S]*?\*\//g

/** The engine in process runs several statements in a row, a server refuses them: so must the test. Inline rows may hold anything. */
function oneStatement(sql: string): string {
  if (!/^\s*INSERT\b/i.test(sql) && /;\s*\S/.test(sql.replace(QUOTED_OR_COMMENT, ''))) {
    throw new ClickHouseException(CODES.SYNTAX_ERROR, 'Syntax error (Multi-statements are not allowed).', 'SYNTAX_ERROR')
  }
  return sql
}
