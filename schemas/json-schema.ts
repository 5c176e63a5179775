import { type TObject, type TSchema, Type } from 'typebox'
import { Alert } from './alert.ts'
import { type EventKind, SHAPES, type Shape } from './events.ts'
import { type Field, type Fields, outside } from './field.ts'
import { REFERENCE_TABLES, type ReferenceTable } from './reference.ts'
import { DownMessage, UpMessage } from './wire.ts'
import { WORKFLOW_SHAPES } from './workflow.ts'

/**
 * The shapes of everything that crosses the boundary, as JSON Schema, by name: each kind of event, each reference table as
 * `reference.{table}`, the alert, both directions of the socket, and the workflow's as `workflow.{name}`.
 */
export function jsonSchemas(): ReadonlyMap<string, TSchema> {
  const events = Object.entries(SHAPES).map(([kind, shape]) => [kind, eventSchema(kind, shape)] as const)
  const tables = Object.entries(REFERENCE_TABLES).map(([table, row]) => [`reference.${table}`, row as TSchema] as const)
  const workflow = Object.entries(WORKFLOW_SHAPES).map(([name, shape]) => [`workflow.${name}`, shape as TSchema] as const)
  return new Map<string, TSchema>([
    ...events,
    ['reference' satisfies EventKind, referenceSchema()],
    ...tables,
    ['alert', Alert],
    ['wire.up', UpMessage],
    ['wire.down', DownMessage],
    ...workflow,
  ])
}

/** Unknown fields are allowed everywhere: they are kept with the raw event. */
function eventSchema(kind: string, { fields, lists, listAliases, ownRows }: Shape): TObject {
  const rows = Object.entries(lists).map(([name, nested]) => {
    const list = orNull(Type.Array(Type.Object(properties(nested))))
    const names = [...(listAliases?.[name] ?? []), ...(ownRows?.includes(name) ? Object.keys(nested) : [])]
    return [name, names.length === 0 ? list : Type.Optional({ ...list, description: alsoFrom(names) })]
  })
  return Type.Object({ kind: Type.Literal(kind), ...properties(fields), ...Object.fromEntries(rows) })
}

function properties(fields: Fields): Record<string, TSchema> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, withAliases(field)]))
}

function withAliases(field: Field): TSchema {
  const names = field.within ? [...field.aliases, field.within] : field.aliases
  if (names.length === 0) return outside(field)
  const described = { ...outside(field), description: alsoFrom(names) }
  return field.required ? described : Type.Optional(described)
}

function alsoFrom(names: readonly string[]): string {
  return `also read from ${names.join(', ')}`
}

function referenceSchema(): TObject {
  const time = orNull(Type.String())
  const tables = Object.keys(REFERENCE_TABLES) as ReferenceTable[]
  return Type.Object({
    kind: Type.Literal('reference'),
    table: Type.Union(tables.map((table) => Type.Literal(table))),
    id: Type.String({ minLength: 1 }),
    row: orNull(Type.Object({}, { additionalProperties: true, description: 'of the shape `reference.{table}`' })),
    effective_from: time,
    effective_to: time,
    deleted: orNull(Type.Boolean()),
  })
}

function orNull(schema: TSchema): TSchema {
  return Type.Optional(Type.Union([schema, Type.Null()]))
}
