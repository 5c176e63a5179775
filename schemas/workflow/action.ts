import { type Static, Type } from 'typebox'
import { literals, money, orNull, Standing, state, text, time } from './field.ts'
import { ACTIONS, CASE_STEPS, DISMISSAL_REASONS, MEASURES, REFUSALS } from './words.ts'

/** A disposal measure as it is chosen. */
export const MeasureOrder = Type.Object(
  {
    code: literals(MEASURES),
    amount: Type.Optional(money),
    /** yyyy-MM-dd */
    due: Type.Optional(Type.String({ format: 'date' })),
    months: Type.Optional(Type.Integer({ minimum: 1, maximum: 12, description: 'SUSPEND 1 to 12, SUSPEND_PSN 3 to 12' })),
    multiple: Type.Optional(Type.Number({ minimum: 1, maximum: 5, description: 'PENALTY: times the amount' })),
    doctor: Type.Optional(Type.String({ description: 'POINTS: code of the person' })),
    points: Type.Optional(Type.Integer({ minimum: 1, maximum: 12 })),
    responsibility: Type.Optional(literals(['general', 'important', 'main'] as const)),
    note: Type.Optional(text),
  },
  { additionalProperties: false },
)
export type MeasureOrder = Static<typeof MeasureOrder>

/**
 * `POST /api/v1/alerts/{id}/actions`. What each action needs besides `version`:
 * claim: a `reason` takes the claim of another away (officer) · assign: `assignee`, by default oneself · dismiss: `reason`
 * D01-D99, `note` · request_records: `note` · notify: `note`, `amount` · appeal, reappeal: `attachments` or `statement` ·
 * accept_appeal, uphold: `note` · vote: `vote`, `note` · recuse: `note` · dispose: `measures` · execute: `measure_id`,
 * `amount` for money · file_case: `note` · step: `step`, `note` · transfer: `note`, twice, by two persons · reopen: `note`,
 * or `attachments` · hold, release_hold: `note`, `setl_ids` by default all · snooze: `days` 7, 30 or 90, `note` · note:
 * `note` · undo: nothing.
 */
export const AlertAction = Type.Object(
  {
    action: literals(ACTIONS),
    version: Type.Integer({ minimum: 1, description: 'the `state_version` that was seen' }),
    reason: Type.Optional(Type.String({ maxLength: 4_000, description: `dismiss: one of ${DISMISSAL_REASONS.join(', ')}` })),
    note: Type.Optional(text),
    assignee: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    amount: Type.Optional(money),
    statement: Type.Optional(text),
    attachments: Type.Optional(Type.Array(Type.String(), { maxItems: 50, description: 'ids of attachments' })),
    vote: Type.Optional(literals(['dismiss', 'uphold'] as const)),
    measures: Type.Optional(Type.Array(MeasureOrder, { minItems: 1, maxItems: 20 })),
    measure_id: Type.Optional(Type.String()),
    step: Type.Optional(literals(CASE_STEPS)),
    setl_ids: Type.Optional(Type.Array(Type.String(), { minItems: 1, maxItems: 500 })),
    days: Type.Optional(Type.Integer({ minimum: 1, maximum: 90 })),
  },
  { additionalProperties: false },
)
export type AlertAction = Static<typeof AlertAction>

/** What an action answers. */
export const ActionDone = Type.Object({
  alert_id: Type.String(),
  ...Standing,
  undo_until: orNull(Type.String({ description: 'until then the same person may undo; null where the law does not allow it' })),
  pending: orNull(Type.String({ description: 'what waits for a second person: hold, release_hold, transfer or snooze' })),
})
export type ActionDone = Static<typeof ActionDone>

/** Member `current` of the problem document of `VERSION_STALE` and `CLAIMED_BY_OTHER` (409). */
export const Current = Type.Object({
  ...Standing,
  claimed_until: orNull(time),
  last: orNull(Type.Object({ actor: Type.String(), action: Type.String(), at: time })),
})
export type Current = Static<typeof Current>

/** `POST /api/v1/alerts/actions`: one action on many alerts, or with `preview` what it would do. */
export const BulkAction = Type.Object(
  {
    action: literals(['claim', 'release', 'assign', 'dismiss', 'hold', 'release_hold', 'note'] as const),
    alerts: Type.Array(Type.Object({ alert_id: Type.String(), version: Type.Integer({ minimum: 1 }) }), {
      minItems: 1,
      maxItems: 1_000,
    }),
    preview: Type.Optional(Type.Boolean()),
    reason: Type.Optional(text),
    note: Type.Optional(text),
    assignee: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
  },
  { additionalProperties: false },
)
export type BulkAction = Static<typeof BulkAction>

/** Every alert of a bulk action is in exactly one of the three lists. More than 200 wait for a second person (`bulk_id`). */
export const BulkDone = Type.Object({
  ok: Type.Array(
    Type.Object({
      ...{ alert_id: Type.String(), from: state, ...Standing, undo_until: orNull(time), vola_amt: Type.Number() },
      ...{ fixmedins_code: Type.String(), admdvs: Type.String(), insu_admdvs: Type.String() },
    }),
  ),
  conflict: Type.Array(Type.Object({ alert_id: Type.String(), code: literals(REFUSALS), ...Standing })),
  failed: Type.Array(Type.Object({ alert_id: Type.String(), code: Type.String(), message: Type.String() })),
  vola_amt: Type.Number({ description: 'yuan, of those in `ok`' }),
  bulk_id: orNull(Type.String({ description: 'waits for POST /alerts/actions/{bulk_id}/approve by another person' })),
})
export type BulkDone = Static<typeof BulkDone>

/** A bulk action that waits for a second person: `GET /api/v1/alerts/actions`. */
export const BulkWaiting = Type.Object({
  bulk_id: Type.String(),
  action: BulkAction.properties.action,
  alerts: Type.Integer(),
  reason: Type.String(),
  note: Type.String(),
  requested_by: Type.String(),
  requested: time,
})
export type BulkWaiting = Static<typeof BulkWaiting>

/** How many alerts of a bulk action lie in a region of treatment, and how much money is at risk in them, yuan. */
const BulkRegion = Type.Object({ admdvs: Type.String(), alerts: Type.Integer(), vola_amt: Type.Number() })
export type BulkRegion = Static<typeof BulkRegion>

/** What a second person looks at before a bulk action: `GET /api/v1/alerts/actions/{bulk_id}`. */
export const BulkReview = Type.Object({
  ...BulkWaiting.properties,
  asked: Type.Array(BulkRegion, { description: 'what would have changed when it was asked for' }),
  now: Type.Array(BulkRegion, { description: 'what would change now' }),
  conflict: Type.Integer({ description: 'alerts that others have dealt with since' }),
  failed: Type.Integer(),
  stamp: Type.String({ description: 'of what would change now; the approval gives it back' }),
})
export type BulkReview = Static<typeof BulkReview>

/** `POST /api/v1/alerts/actions/{bulk_id}/approve`: `BULK_CHANGED` when it is no longer what was seen. */
export const BulkApproval = Type.Object({ stamp: Type.String({ minLength: 1, maxLength: 128 }) }, { additionalProperties: false })
