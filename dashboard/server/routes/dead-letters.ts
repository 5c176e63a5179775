import { Type } from 'typebox'
import { DEAD_LETTER_CODES } from '../../../schemas/errors.ts'
import { cutPage, decodeCursor } from '../alerts/cursor.ts'
import type { App } from '../app.ts'
import type { Records } from '../ports.ts'
import { described, Limit, ListOf } from './described.ts'
import { splitLists } from './lists.ts'

const Query = Type.Object(
  {
    code: Type.Optional(Type.Array(Type.Union(DEAD_LETTER_CODES.map((code) => Type.Literal(code))))),
    cursor: Type.Optional(Type.String({ maxLength: 1000 })),
    limit: Limit,
  },
  { additionalProperties: false },
)

/** The refused bytes stay in the store: they name persons, and `fundwatch deadletters` shows them where they are mended. */
const DeadLetter = Type.Object({
  source: Type.String(),
  partition: Type.Integer(),
  offset: Type.Integer(),
  code: Type.String(),
  field: Type.String(),
  message: Type.String(),
  size: Type.Integer({ description: 'bytes' }),
  received_at: Type.String(),
})

interface Row {
  readonly partition: number
  readonly offset: number | string
  readonly source: string
}

const ORDER = 'source, partition, offset'

/** Events that were refused, and why. */
export function deadLetterRoutes(app: App, { records }: { records: Records }): void {
  app.get(
    '/deadletters',
    {
      config: { access: ['sys_admin', 'rule_admin'] },
      preValidation: splitLists(['code']),
      schema: described('dead letters', 'Refused events', { querystring: Query, answer: ListOf(DeadLetter) }),
    },
    async ({ query: { code = [], cursor, limit } }) => {
      const start = cursor === undefined ? undefined : decodeCursor(cursor, ORDER)
      const [source, partition] = start ? (JSON.parse(start.after_id) as [string, number]) : ['', 0]
      const found = await records.query<Row>(
        `SELECT source, partition, toFloat64(offset) AS offset, code, field, message, length(bytes) AS size,
           formatDateTime(received_at, '%Y-%m-%dT%H:%i:%S+08:00', 'Asia/Shanghai') AS received_at
         FROM dead_letter
         WHERE (empty({code:Array(String)}) OR has({code:Array(String)}, code))
           AND ({start:Bool} OR (source, partition, dead_letter.offset) > ({source:String}, {partition:Int32}, {offset:Int64}))
         ORDER BY source, partition, dead_letter.offset LIMIT {limit:UInt32}`,
        { code, start: !start, source, partition, offset: start?.after_key ?? 0, limit: limit + 1 },
      )
      const { page: rows, next } = cutPage(found, limit, ORDER, (row) => [
        Number(row.offset),
        JSON.stringify([row.source, row.partition]),
      ])
      return { rows, next }
    },
  )
}
