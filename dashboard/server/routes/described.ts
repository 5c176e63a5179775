import { type TSchema, Type } from 'typebox'

/** Every refusal, as RFC 9457 has it. */
const ProblemDocument = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.String({ description: 'stable; programs act on it' }),
    request_id: Type.String(),
  },
  { description: 'Problem' },
)

export const Nothing = Type.Null({ description: 'no content' })

/** The form of a list: rows, and the cursor of the next page. */
export function ListOf(row: TSchema) {
  return Type.Object({
    rows: Type.Array(row),
    next: Type.Union([Type.String(), Type.Null()], { description: 'cursor of the next page, null on the last' }),
    total: Type.Optional(Type.Object({ value: Type.Integer(), exact: Type.Boolean() })),
  })
}

export const LIMIT_MAX = 500
export const Limit = Type.Integer({ minimum: 1, maximum: LIMIT_MAX, default: 50 })

interface Shape {
  readonly querystring?: TSchema
  readonly params?: TSchema
  readonly body?: TSchema
  readonly status?: number
  readonly answer: TSchema
}

/** A route's schema for validation and for OpenAPI: its tag, one line that says what it does, and its shapes. */
export function described<const S extends Shape>(tag: string, summary: string, { answer, status, ...request }: S) {
  return {
    tags: [tag],
    summary,
    ...(request as Omit<S, 'answer' | 'status'>),
    response: { [status ?? 200]: answer, default: ProblemDocument } as Record<number | 'default', TSchema>,
  }
}
