import { type Static, Type } from 'typebox'
import { AlertLine, LegalBasis } from '../alert.ts'
import { literals, money, orNull, text, time } from './field.ts'
import { HOLD_STATES, MEASURES } from './words.ts'
import { Attachment } from './work.ts'

/** Where a notice stands, as the institution is told. */
export const NOTICE_STAGES = [
  'appeal_open',
  'under_review',
  'reappeal_open',
  'confirmed',
  'measures',
  'other_procedure',
  'closed',
  'dismissed',
  'withdrawn',
] as const
const localized = Type.Object({ zh: Type.String(), en: Type.String() })

/** One line of `GET /api/v1/notices`: a finding of which the caller's institution was told. */
export const NoticeRow = Type.Object({
  notice_id: Type.String(),
  title: localized,
  fixmedins_code: Type.String(),
  stage: literals(NOTICE_STAGES),
  amount: Type.Number({ description: 'yuan, as notified' }),
  notified: time,
  due: orNull(Type.String({ description: 'until then the institution is heard; null where it is not its turn' })),
  answer: orNull(literals(['appeal', 'reappeal'] as const)),
  version: Type.Integer({ description: 'to be given back with a statement' }),
})
export type NoticeRow = Static<typeof NoticeRow>

/** `GET /api/v1/notices/{id}`: what happened on the institution's own lines, why, and what was said and decided. */
export const Notice = Type.Object({
  ...NoticeRow.properties,
  explanation: localized,
  event_time: time,
  basis: Type.Array(LegalBasis),
  lines: Type.Array(AlertLine),
  setl_ids: Type.Array(Type.String()),
  holds: Type.Array(Type.Object({ setl_id: Type.String(), month: Type.String(), amt: money, state: literals(HOLD_STATES) })),
  measures: Type.Array(
    Type.Object({
      code: literals(MEASURES),
      amount: Type.Optional(money),
      months: Type.Optional(Type.Integer()),
      due: Type.Optional(Type.String()),
      executed: orNull(time),
    }),
  ),
  history: Type.Array(
    Type.Object({
      n: Type.Integer(),
      at: time,
      action: Type.String(),
      stage: literals(NOTICE_STAGES),
      note: Type.String(),
      statement: Type.String(),
      attachments: Type.Array(Type.String()),
    }),
    { description: 'newest first' },
  ),
  attachments: Type.Array(Attachment),
})
export type Notice = Static<typeof Notice>

/** `POST /api/v1/notices/{id}/statement`: a statement, files, or both. */
export const StatementOrder = Type.Object(
  {
    version: Type.Integer({ minimum: 1 }),
    statement: Type.Optional(text),
    attachments: Type.Optional(Type.Array(Type.String(), { maxItems: 50 })),
  },
  { additionalProperties: false },
)
export type StatementOrder = Static<typeof StatementOrder>
