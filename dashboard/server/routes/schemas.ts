import { Type } from 'typebox'
import type { App } from '../app.ts'
import type { Schemas } from '../ports.ts'
import { Problem } from '../problems.ts'
import { described, ListOf } from './described.ts'

const JsonSchema = Type.Object({}, { additionalProperties: true, description: 'a JSON Schema' })
const Name = Type.Object({ name: Type.String() })
const Kind = Type.Object({ kind: Type.String() })

/** The published shapes of events, reference tables and alerts. They hold no data and are open to everyone. */
export function schemaRoutes(app: App, { schemas }: { schemas: Schemas }): void {
  app.get(
    '/schemas',
    { config: { access: 'everyone' }, schema: described('schemas', 'Names of all shapes', { answer: ListOf(Type.String()) }) },
    async () => ({ rows: [...schemas.names()], next: null }),
  )

  app.get(
    '/schemas/:name',
    {
      config: { access: 'everyone' },
      schema: described('schemas', 'One shape as JSON Schema', { params: Name, answer: JsonSchema }),
    },
    async ({ params }, reply) => {
      const schema = schemas.json(params.name)
      if (!schema) throw new Problem('SCHEMA_UNKNOWN')
      return reply.type('application/schema+json').send(schema)
    },
  )

  app.get(
    '/schemas/arrow/:kind',
    {
      config: { access: 'everyone' },
      schema: described('schemas', 'The Arrow schema of one event kind, as an IPC stream', {
        params: Kind,
        answer: Type.String(),
      }),
    },
    async ({ params }, reply) => {
      const schema = schemas.arrow(params.kind)
      if (!schema) throw new Problem('SCHEMA_UNKNOWN')
      return reply.type('application/vnd.apache.arrow.stream').send(schema)
    },
  )
}
