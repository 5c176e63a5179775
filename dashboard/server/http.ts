import { randomUUID } from 'node:crypto'
import { type FastifyReply, type FastifyRequest, type FastifyServerOptions, LogController } from 'fastify'
import type { Histogram } from 'prom-client'
import { describeFault } from '../../schemas/schema-fault.ts'
import type { App } from './app.ts'
import { loggable } from './loggable.ts'
import { Problem, problemDocument, problemOf } from './problems.ts'

/** Everything comes from this origin: no inline script, no foreign host, no frame around the page. */
const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const

const JSON_LIMIT = 1024 * 1024

/** How Fastify is set up: what it refuses, and that nothing of a request but its route enters the log. */
export function httpOptions(
  options: Pick<FastifyServerOptions, 'logger' | 'loggerInstance' | 'trustProxy'>,
): FastifyServerOptions {
  return {
    ...options,
    bodyLimit: JSON_LIMIT,
    genReqId: () => randomUUID(),
    // Addresses hold search words; requests are logged by their route when they are answered.
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: (error, request, reply) => void answerProblem(error, request, reply),
    schemaErrorFormatter: (faults, part) => new Error(`${part}${faults[0]?.instancePath ?? ''} ${describeFault(faults)}`),
    ajv: {
      // A filter that is misspelt must be refused: ignored, it would show everything.
      customOptions: { removeAdditional: false, coerceTypes: 'array', useDefaults: true, allErrors: false },
    },
  }
}

function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error)
  if (problem.code === 'INTERNAL') request.log.error({ ...loggable(error), route: request.routeOptions.url }, 'request failed')
  if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', Math.ceil(problem.retryAfterSeconds))
  const document = problemDocument(problem, request.id)
  return reply.code(document.status).type('application/problem+json').send(JSON.stringify(document))
}

/** Headers, problem documents, the request log and the request histogram. */
export function answerProperly(app: App, durations: Histogram<'route' | 'method' | 'status'>): void {
  // What fast-json-stringify leaves out silently would be lost; routes shape their answers themselves.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))

  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id })
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store')
  })

  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown'
    durations.observe({ route, method: request.method, status: String(reply.statusCode) }, reply.elapsedTime / 1000)
    request.log.info({ route, method: request.method, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'answered')
  })

  app.setErrorHandler(answerProblem)

  app.setNotFoundHandler(() => {
    throw new Problem('ROUTE_UNKNOWN')
  })
}
