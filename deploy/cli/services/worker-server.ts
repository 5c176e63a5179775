import { createHash, timingSafeEqual } from 'node:crypto'
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Registry } from 'prom-client'
import { joinReplies, type SlicesReply } from '../../../pipeline/region/screen.ts'
import type { Worker } from '../../../pipeline/region/worker.ts'
import { screenReply } from '../../../pipeline/screen.ts'
import { FundwatchError } from '../../../schemas/errors.ts'
import { logFailure } from '../log.ts'
import type { Config } from '../settings/config.ts'

/** As large as a stay of many thousand lines. */
const DRAFT_LIMIT = 16 * 1024 * 1024

/** What a worker answers: probes and metrics, and drafts for the slices that it has. Events come to it through Kafka. */
export function workerServer(
  { pipeline_token }: Pick<Config, 'pipeline_token'>,
  worker: Pick<Worker, 'slices' | 'isReady'>,
  metrics: Registry,
): FastifyInstance {
  const app = fastify({ bodyLimit: DRAFT_LIMIT })
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async (_, reply) => {
    const slices = worker.slices.map(({ index, isStalled }) => (isStalled ? `${index} (stalled)` : index)).join(', ') || 'none'
    return reply.code(worker.isReady ? 200 : 503).send({ ready: worker.isReady, checks: { slices } })
  })
  app.get('/metrics', async (_, reply) => reply.type(metrics.contentType).send(await metrics.metrics()))
  app.post('/api/v1/screen', {
    onRequest: async (request, reply) => {
      if (hasToken(request, pipeline_token)) return
      return refuse(reply, 401, 'UNAUTHENTICATED', 'The token of pipeline_token is needed.')
    },
    handler: async ({ body }) =>
      joinReplies(worker.slices.map(({ index, engine }): SlicesReply => ({ ...screenReply(engine, body), slices: [index] }))),
  })
  app.post('/api/v1/events', {
    onRequest: async (_, reply) => refuse(reply, 409, 'KAFKA_ONLY', 'Workers read Kafka: events go to its topics.'),
    handler: async () => {},
  })
  app.setNotFoundHandler((_, reply) =>
    refuse(reply, 404, 'NOT_FOUND', 'A worker answers /healthz, /readyz, /metrics and /api/v1/screen.'),
  )
  app.setErrorHandler(answerError)
  return app
}

function answerError(error: FastifyError | FundwatchError, { routeOptions }: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof FundwatchError) return refuse(reply, 400, error.code, error.message)
  const { statusCode = 500, code, message } = error
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY') return refuse(reply, 400, 'JSON_INVALID', 'The draft is no JSON.')
  if (statusCode < 500) return refuse(reply, statusCode, code, message)
  logFailure(new Error(`${routeOptions.url}: ${message}`))
  return refuse(reply, 500, 'FAILED', 'The worker could not answer; its log says why.')
}

/** A problem document, as dashboards answer (RFC 9457). */
function refuse(reply: FastifyReply, status: number, code: string, detail: string): FastifyReply {
  const document = { type: `urn:fundwatch:problem:${code}`, title: detail, status, detail, code, request_id: reply.request.id }
  return reply.code(status).type('application/problem+json').send(JSON.stringify(document))
}

function hasToken({ headers }: FastifyRequest, token: string): boolean {
  const digest = (value: string) => createHash('sha256').update(value).digest()
  return token !== '' && timingSafeEqual(digest(headers.authorization ?? ''), digest(`Bearer ${token}`))
}
