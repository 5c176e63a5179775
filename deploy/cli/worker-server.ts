import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Registry } from 'prom-client'
import { joinReplies, type SlicesReply } from '../../pipeline/region/screen.ts'
import type { Worker } from '../../pipeline/region/worker.ts'
import { screenReply } from '../../pipeline/screen.ts'
import { FundwatchError } from '../../schemas/errors.ts'
import type { Config } from './config.ts'

interface Answer {
  readonly status: number
  readonly body: object
}

/** What a worker answers: probes and metrics, and drafts for the slices that it has. Events come to it through Kafka. */
export async function serveWorker(config: Config, worker: Worker, metrics: Registry): Promise<Server> {
  const server = createServer(async (request, response) => {
    const path = request.url?.split('?')[0]
    if (path === '/metrics') {
      response.setHeader('content-type', metrics.contentType)
      response.end(await metrics.metrics())
      return
    }
    const { status, body } = await answer(config, worker, path, request)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((done, fail) => server.once('error', fail).listen(config.port, config.host, done))
  return server
}

async function answer(
  { pipeline_token }: Config,
  worker: Worker,
  path: string | undefined,
  request: IncomingMessage,
): Promise<Answer> {
  switch (path) {
    case '/healthz':
      return { status: 200, body: { status: 'ok' } }
    case '/readyz': {
      const slices = worker.slices.map(({ index }) => index).join(', ') || 'none'
      return { status: worker.isReady ? 200 : 503, body: { ready: worker.isReady, checks: { slices } } }
    }
    case '/api/v1/screen':
      if (!hasToken(request, pipeline_token)) return refusal(401, 'UNAUTHENTICATED', 'The token of pipeline_token is needed.')
      return screen(worker, await text(request))
    case '/api/v1/events':
      return refusal(409, 'KAFKA_ONLY', 'Workers read Kafka: events go to its topics.')
    default:
      return refusal(404, 'NOT_FOUND', 'A worker answers /healthz, /readyz, /metrics and /api/v1/screen.')
  }
}

function screen({ slices }: Worker, body: string): Answer {
  try {
    const draft: unknown = JSON.parse(body)
    const replies = slices.map(({ index, engine }): SlicesReply => ({ ...screenReply(engine, draft), slices: [index] }))
    return { status: 200, body: joinReplies(replies) }
  } catch (error) {
    const { code, message } = error as FundwatchError
    if (error instanceof FundwatchError) return refusal(400, code, message)
    return error instanceof SyntaxError ? refusal(400, 'JSON_INVALID', 'The draft is no JSON.') : refusal(500, 'FAILED', message)
  }
}

function refusal(status: number, code: string, detail: string): Answer {
  return { status, body: { code, detail } }
}

function hasToken({ headers }: IncomingMessage, token: string): boolean {
  const digest = (value: string) => createHash('sha256').update(value).digest()
  return token !== '' && timingSafeEqual(digest(headers.authorization ?? ''), digest(`Bearer ${token}`))
}
