import { ActionDone, AlertAction, BulkAction, BulkDone, Current } from './workflow/action.ts'
import { CaseOpen, CaseRow, Task } from './workflow/case.ts'
import { ExceptionOrder, ExceptionRow } from './workflow/exception.ts'
import { Notice, NoticeRow, StatementOrder } from './workflow/notice.ts'
import { Me, PasswordOrder, TotpOffer, UserOrder, UserRow } from './workflow/people.ts'
import { CreditRow, PointsRow } from './workflow/points.ts'
import { AuditRow, Unmasked, Unmasking, UnmaskOrder } from './workflow/record.ts'
import { SavedViews } from './workflow/view.ts'
import { Attachment, Hold, Work } from './workflow/work.ts'

export * from './workflow/action.ts'
export * from './workflow/case.ts'
export * from './workflow/exception.ts'
export * from './workflow/notice.ts'
export * from './workflow/people.ts'
export * from './workflow/points.ts'
export * from './workflow/record.ts'
export * from './workflow/view.ts'
export * from './workflow/words.ts'
export * from './workflow/work.ts'

/**
 * The workflow over HTTP (contract, section 4; domain: workflow 3.3 to 3.6): what is asked and what is answered. Amounts are
 * yuan, times ISO 8601 with +08:00. Addresses below `/api/v1`:
 *
 * - POST /alerts/{id}/actions: AlertAction -> ActionDone
 * - POST /alerts/actions: BulkAction -> BulkDone
 * - GET /alerts/actions: { rows: BulkWaiting[], next }; GET /alerts/actions/{bulk_id}: BulkReview;
 *   POST /alerts/actions/{bulk_id}/approve: { stamp } -> BulkDone
 * - GET /alerts/{id}: ... work: Work
 * - POST /alerts/{id}/unmask: UnmaskOrder -> Unmasked
 * - GET /unmaskings: { rows: Unmasking[], next }; POST /unmaskings/{id}/approve -> Unmasking
 * - POST /attachments?alert_id&name: bytes -> Attachment
 * - GET /attachments/{id}: bytes
 * - GET /alerts/{id}/attachments: { rows: Attachment[] }
 * - GET /cases?open&owner&cursor&limit: { rows: CaseRow[], next }
 * - POST /cases: CaseOpen -> CaseRow
 * - GET /cases/{id}: CaseRow & { rows: AlertSummary[], history: HistoryEntry[] }
 * - POST /cases/{id}/alerts: { alert_ids, version } -> CaseRow
 * - GET /cases/{id}/dossier: the machine-readable package; GET /cases/{id}/dossier.pdf?lang: pages, with it inside
 * - GET /notices?cursor&limit: { rows: NoticeRow[], next }, GET /notices/{id}: Notice, for the institution alone
 * - POST /notices/{id}/statement: StatementOrder -> Notice
 * - POST /notices/{id}/attachments?name: bytes -> Attachment; GET /notices/{id}/attachments/{file}: bytes
 * - GET /holds?state&fixmedins_code&month&older_than_days&cursor&limit: { rows: Hold[], next }
 * - GET /tasks?kind&done: { rows: Task[], next }
 * - POST /tasks/{id}/done: { note } -> Task
 * - GET /exceptions?state: { rows: ExceptionRow[], next }
 * - POST /exceptions: ExceptionOrder -> ExceptionRow
 * - POST /exceptions/{id}/confirm|refuse|end: -> ExceptionRow
 * - GET /points?doctor&year: { rows: PointsRow[], next }
 * - GET /credit?fixmedins_code&year: { rows: CreditRow[], next }
 * - GET /people?role: { rows: { username, name, roles }[] }, whom one may assign
 * - GET /audit?actor&object_id&action&from&to&cursor&limit: { rows: AuditRow[], next }
 * - GET|POST /users, PATCH /users/{username}, POST /users/{username}/password: UserOrder -> UserRow
 * - GET|PUT /me/views: SavedViews
 * - POST /session/password: PasswordOrder -> Me
 * - POST /me/totp, POST /me/totp/confirm, DELETE /me/totp: TotpOffer
 * - GET /session/oidc: { enabled }; GET /session/oidc/start leads to the bureau, whose answer comes to /session/oidc/callback
 */
export const WORKFLOW_SHAPES = {
  alert_action: AlertAction,
  action_done: ActionDone,
  bulk_action: BulkAction,
  bulk_done: BulkDone,
  current: Current,
  work: Work,
  attachment: Attachment,
  notice_row: NoticeRow,
  notice: Notice,
  statement_order: StatementOrder,
  case_row: CaseRow,
  case_open: CaseOpen,
  hold: Hold,
  task: Task,
  exception_row: ExceptionRow,
  exception_order: ExceptionOrder,
  points_row: PointsRow,
  credit_row: CreditRow,
  unmask_order: UnmaskOrder,
  unmasked: Unmasked,
  unmasking: Unmasking,
  saved_views: SavedViews,
  audit_row: AuditRow,
  user_row: UserRow,
  user_order: UserOrder,
  me: Me,
  password_order: PasswordOrder,
  totp_offer: TotpOffer,
} as const
