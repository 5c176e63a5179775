import { Type } from 'typebox'
import { AlertWorkflow } from '../alert.ts'

export const literals = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))))
export const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()])
export const text = Type.String({ maxLength: 4_000 })
export const money = Type.Number({ minimum: 0, description: 'yuan' })
export const time = Type.String({ description: 'ISO 8601 with +08:00' })
export const state = AlertWorkflow.properties.state

/** How an alert stands. */
export const Standing = {
  state,
  state_version: Type.Integer(),
  owner: Type.String({ description: 'who holds the claim, else who is assigned, else empty' }),
}
