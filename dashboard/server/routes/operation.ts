import type { Registry } from 'prom-client'
import { Type } from 'typebox'
import type { App } from '../app.ts'
import type { Health } from '../ports.ts'
import { described } from './described.ts'

const Alive = Type.Object({ status: Type.Literal('ok') })
const Ready = Type.Object({ ready: Type.Boolean(), checks: Type.Record(Type.String(), Type.String()) })

/** For the platform around the server: alive, ready, and how much. */
export function operationRoutes(app: App, { health, metrics }: { health: Health; metrics: Registry }): void {
  app.get(
    '/healthz',
    { config: { access: 'everyone' }, schema: described('operation', 'The process answers', { answer: Alive }) },
    async () => ({ status: 'ok' as const }),
  )

  app.get(
    '/readyz',
    { config: { access: 'everyone' }, schema: described('operation', 'Every part is ready; 503 while not', { answer: Ready }) },
    async (_request, reply) => {
      const { ready, checks } = health.readiness()
      return reply.code(ready ? 200 : 503).send({ ready, checks })
    },
  )

  app.get(
    '/metrics',
    {
      config: { access: ['metrics', 'sys_admin'], local: true },
      schema: described('operation', 'Prometheus metrics', { answer: Type.String() }),
    },
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()),
  )
}
