import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { type Answer, Engine } from './clickhouse-engine.ts'
import { ClickHouseException, CODES, exceptionReply } from './clickhouse-exception.ts'
import { readStatement, type Statement } from './clickhouse-statement.ts'
import { type Fault, Faults } from './faults.ts'

export interface ClickHouseServerOptions {
  /** Data directory, kept by `stop`; without it, a temporary one that `stop` removes. */
  readonly path?: string
  /** 0, a free one, unless told. */
  readonly port?: number
  readonly username?: string
  readonly password?: string
  /** Files of the certificate and its key: then it speaks TLS. */
  readonly tls?: { readonly certificate: string; readonly key: string }
}

/** As a server's `http_max_uri_size`. */
const LONGEST_URI = 1 << 20

export interface ClickHouseServer {
  readonly url: string
  readonly faults: Faults
  stop(): Promise<void>
}

/**
 * ClickHouse's HTTP interface over the engine in process, for tests of the path to a server: real SQL and formats,
 * authentication, exceptions, gzip, and faults on demand. Not a server: it holds whole bodies and answers in memory, has one
 * user and no sessions (`session_id` is ignored, so temporary tables end with their request), and one may run in a process.
 */
export async function startClickHouse(options: ClickHouseServerOptions = {}): Promise<ClickHouseServer> {
  const temporary = await mkdtemp(join(tmpdir(), 'fundwatch-clickhouse-'))
  const scratch = join(temporary, 'rows')
  await mkdir(scratch)
  const engine = new Engine(options.path ?? join(temporary, 'data'), scratch)
  const faults = new Faults()

  const answering = new Set<Promise<void>>()
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const answered = answer(request, response)
      .catch((cause) => sendException(response, cause))
      .finally(() => answering.delete(answered))
    answering.add(answered)
  }
  const { tls } = options
  const server = tls
    ? createSecureServer(
        { cert: readFileSync(tls.certificate), key: readFileSync(tls.key), maxHeaderSize: LONGEST_URI },
        listener,
      )
    : createServer({ maxHeaderSize: LONGEST_URI }, listener)
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://clickhouse')
    if (url.pathname === '/ping') return void response.end('Ok.\n')
    authenticate(request, url, options)
    const statement = await readStatement(request, url)
    response.setHeader('X-ClickHouse-Query-Id', statement.queryId)
    const fault = faults.take(statement.sql)
    if (await failsBefore(fault, response)) return
    const result = await engine.run(statement)
    if (!failsAfter(fault, response)) send(response, statement, result)
  }

  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    async stop() {
      server.close()
      server.closeAllConnections()
      await Promise.all(answering)
      await engine.close()
      await rm(temporary, { recursive: true, force: true })
    },
  }
}

/** As a server does it: the X-ClickHouse headers, else Basic authorization, else the URL; the user is `default` unless named. */
function authenticate(
  { headers }: IncomingMessage,
  url: URL,
  { username = 'default', password = '' }: ClickHouseServerOptions,
): void {
  const [scheme, encoded] = headers.authorization?.split(' ') ?? []
  const basic = scheme === 'Basic' ? Buffer.from(encoded ?? '', 'base64').toString() : ''
  const [, basicUser, basicPassword] = /^([^:]*):(.*)$/s.exec(basic) ?? []
  const user = headers['x-clickhouse-user'] ?? basicUser ?? url.searchParams.get('user') ?? 'default'
  const key = headers['x-clickhouse-key'] ?? basicPassword ?? url.searchParams.get('password') ?? ''
  if (user === username && key === password) return
  const reason = 'Authentication failed: password is incorrect, or there is no user with such name.'
  throw new ClickHouseException(CODES.AUTHENTICATION_FAILED, `${user}: ${reason}`, 'AUTHENTICATION_FAILED')
}

async function failsBefore(fault: Fault | undefined, response: ServerResponse): Promise<boolean> {
  if (fault?.kind === 'delay') await sleep(fault.delayMs ?? 1_000)
  if (fault?.kind === 'error') throw injected()
  if (fault?.kind === 'drop') response.destroy()
  return fault?.kind === 'drop'
}

function failsAfter(fault: Fault | undefined, response: ServerResponse): boolean {
  if (fault?.kind === 'error-after-store') throw injected()
  if (fault?.kind === 'drop-after-store') response.destroy()
  return fault?.kind === 'drop-after-store'
}

function injected(): ClickHouseException {
  return new ClickHouseException(CODES.UNKNOWN_EXCEPTION, 'Injected fault.', 'UNKNOWN_EXCEPTION')
}

function send(response: ServerResponse, { rows, gzipReply }: Statement, { bytes, rowsRead, bytesRead, seconds }: Answer): void {
  const written = rows ? { written_rows: String(rowsRead), written_bytes: String(bytesRead) } : {}
  const summary = {
    read_rows: String(rowsRead),
    read_bytes: String(bytesRead),
    elapsed_ns: String(Math.round(seconds * 1e9)),
    ...written,
  }
  response.setHeader('X-ClickHouse-Summary', JSON.stringify(summary))
  if (gzipReply) response.setHeader('Content-Encoding', 'gzip')
  response.end(gzipReply ? gzipSync(bytes) : bytes)
}

function sendException(response: ServerResponse, cause: unknown): void {
  const { status, code, text } = exceptionReply(cause)
  response.writeHead(status, { 'X-ClickHouse-Exception-Code': code, 'Content-Type': 'text/plain; charset=UTF-8' }).end(text)
}
