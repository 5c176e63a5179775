import { Type } from 'typebox'
import { arrowSchemaStream } from '../../../schemas/arrow.ts'
import { type EventKind, SHAPES } from '../../../schemas/events.ts'
import { jsonSchemas } from '../../../schemas/json-schema.ts'
import type { App } from '../app.ts'
import { Problem } from '../problems.ts'
import { described, ListOf } from './described.ts'

const JsonSchema = Type.Object({}, { additionalProperties: true, description: 'a JSON Schema' })
const Name = Type.Object({ name: Type.String() })
const Kind = Type.Object({ kind: Type.String() })

function isEventKind(kind: string): kind is EventKind {
  return kind === 'reference' || Object.hasOwn(SHAPES, kind)
}

/** The published shapes of events, reference tables, alerts and the socket. They hold no data and are open to everyone. */
export function schemaRoutes(app: App): void {
  const schemas = jsonSchemas()

  app.get(
    '/schemas',
    { config: { access: 'everyone' }, schema: described('schemas', 'Names of all shapes', { answer: ListOf(Type.String()) }) },
    async () => ({ rows: [...schemas.keys()], next: null }),
  )

  app.get(
    '/schemas/:name',
    {
      config: { access: 'everyone' },
      schema: described('schemas', 'One shape as JSON Schema', { params: Name, answer: JsonSchema }),
    },
    async ({ params }, reply) => {
      const schema = schemas.get(params.name)
      if (!schema) throw new Problem('SCHEMA_UNKNOWN')
      return reply.type('application/schema+json').send(schema)
    },
  )

  app.get(
    '/schemas/arrow/:kind',
    {
      config: { access: 'everyone' },
      schema: described('schemas', 'The Arrow schema of one event kind, as an IPC stream without rows', {
        params: Kind,
        answer: Type.String(),
      }),
    },
    async ({ params: { kind } }, reply) => {
      if (!isEventKind(kind)) throw new Problem('SCHEMA_UNKNOWN')
      return reply.type('application/vnd.apache.arrow.stream').send(arrowSchemaStream(kind))
    },
  )
}
