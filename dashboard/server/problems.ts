import { DEAD_LETTER_CODES, FundwatchError } from '../../schemas/errors.ts'
import { REASONS, type RefusalCode } from './workflow/machine/refused.ts'

/** Refusals that say: somebody else was there first, or it is done. */
const CONFLICTS: readonly RefusalCode[] = ['STATE_REFUSES', 'VERSION_STALE', 'CLAIMED_BY_OTHER', 'UNDO_OVERTAKEN']
/** Refusals that say: not you. */
const FORBIDDEN: readonly RefusalCode[] = ['ACTOR_REFUSED', 'FOUR_EYES', 'RECUSED']

function statusOf(code: RefusalCode): number {
  return CONFLICTS.includes(code) ? 409 : FORBIDDEN.includes(code) ? 403 : 422
}

const WORKFLOW_PROBLEMS = Object.fromEntries(
  (Object.keys(REASONS) as RefusalCode[]).map((code) => [code, [statusOf(code), REASONS[code]]]),
) as unknown as Readonly<Record<RefusalCode, readonly [number, string]>>

/** Every way in which a request can fail: the stable `code`, its HTTP status, and what it means. */
const PROBLEMS = {
  ...WORKFLOW_PROBLEMS,
  REQUEST_INVALID: [400, 'The request does not have the described form.'],
  ARROW_INVALID: [400, 'The body is no Arrow stream.'],
  CURSOR_INVALID: [400, 'The cursor belongs to another list or is damaged.'],
  SIGN_IN_REQUIRED: [401, 'Sign in first.'],
  CREDENTIALS_WRONG: [401, 'User name or password is wrong.'],
  TOTP_REQUIRED: [401, 'The code of the second factor is needed as well.'],
  PASSWORD_CHANGE_REQUIRED: [403, 'The password is a one-time one. Replace it first.'],
  ROLE_REQUIRED: [403, 'Your role does not allow this.'],
  ORIGIN_REFUSED: [403, 'The request comes from another site.'],
  APPROVAL_REQUIRED: [403, 'So many persons at once need a second person to agree; ask again with the `unmasking_id` then.'],
  ROUTE_UNKNOWN: [404, 'There is nothing at this address.'],
  ALERT_UNKNOWN: [404, 'There is no such alert within your regions.'],
  SETTLEMENT_UNKNOWN: [404, 'There is no such settlement within your regions.'],
  ENTITY_UNKNOWN: [404, 'Nothing of that name is known within your regions.'],
  USER_UNKNOWN: [404, 'There is no such user.'],
  CASE_UNKNOWN: [404, 'There is no such case within your regions.'],
  TASK_UNKNOWN: [404, 'There is no such task.'],
  EXCEPTION_UNKNOWN: [404, 'There is no such exception.'],
  NOTICE_UNKNOWN: [404, 'There is no such notice to your institution.'],
  ATTACHMENT_UNKNOWN: [404, 'There is no such attachment within your regions.'],
  BULK_UNKNOWN: [404, 'There is no such bulk action, or it is approved already.'],
  UNMASKING_UNKNOWN: [404, 'There is no such request, nobody has agreed to it, or it was used already.'],
  DETECTOR_UNKNOWN: [404, 'There is no such detector.'],
  SCHEMA_UNKNOWN: [404, 'There is no such schema.'],
  EPOCH_UNKNOWN: [409, 'The cursor belongs to a log that is gone. Read the list anew.'],
  USER_EXISTS: [409, 'There is already a user of this name.'],
  BULK_CHANGED: [409, 'It is no longer what was seen. Look at it again.'],
  CASE_CHANGED: [409, 'Someone was faster. Look at the case again.'],
  TASK_DONE: [409, 'The task is done already.'],
  EXCEPTION_SETTLED: [409, 'The exception is in a state in which this cannot be done.'],
  EXPORT_TOO_LARGE: [413, 'The list is longer than 20,000 rows. Ask for a part of it.'],
  TOO_LARGE: [413, 'The body is too large. Send less at once.'],
  MEDIA_TYPE_UNSUPPORTED: [415, 'The body is of a type that is not accepted here.'],
  PASSWORD_WEAK: [422, 'The password is too weak.'],
  TOTP_WRONG: [422, 'The code is wrong.'],
  ROLES_INVALID: [422, 'These roles cannot be combined.'],
  SCOPE_INVALID: [422, 'A region of the scope is none.'],
  DRAFT_INVALID: [422, 'The draft is no settlement.'],
  ACCOUNT_LOCKED: [429, 'Locked after repeated failures.'],
  BUSY: [429, 'The server is busy. Try again shortly.'],
  INTERNAL: [500, 'The server failed. The request number leads to the reason in its log.'],
  NOT_READY: [503, 'The server is starting or stopping.'],
} as const satisfies Record<string, readonly [number, string]>
export type ProblemCode = keyof typeof PROBLEMS

/** Raised by a route; answered as a problem document (RFC 9457). */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly retryAfterSeconds: number | undefined
  /** Further members of the problem document. */
  readonly extra: Readonly<Record<string, unknown>> | undefined
  constructor(code: ProblemCode, detail?: string, retryAfterSeconds?: number, extra?: Readonly<Record<string, unknown>>) {
    super(detail ?? PROBLEMS[code][1])
    this.name = 'Problem'
    this.code = code
    this.extra = extra
    this.retryAfterSeconds = retryAfterSeconds ?? (PROBLEMS[code][0] === 429 ? 1 : undefined)
  }
}

export interface ProblemDocument {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly request_id: string
}

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code)
}

const FASTIFY_CODES: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_VALIDATION: 'REQUEST_INVALID',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'REQUEST_INVALID',
  FST_ERR_CTP_INVALID_JSON_BODY: 'REQUEST_INVALID',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'REQUEST_INVALID',
  FST_ERR_CTP_BODY_TOO_LARGE: 'TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'MEDIA_TYPE_UNSUPPORTED',
}

/** What is said about an error: errors of ours by their code, everything else as `INTERNAL` without its message. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const message = error instanceof Error ? error.message : ''
  if (error instanceof FundwatchError) {
    if (isProblemCode(code)) return new Problem(code, message)
    if ((DEAD_LETTER_CODES as readonly string[]).includes(code)) return new Problem('DRAFT_INVALID', `${code}: ${message}`)
  }
  const known = FASTIFY_CODES[code]
  if (known) return new Problem(known, known === 'REQUEST_INVALID' ? message : undefined)
  if (error instanceof Error && 'statusCode' in error && error.statusCode === 400) return new Problem('REQUEST_INVALID')
  return new Problem('INTERNAL')
}

export function problemDocument(problem: Problem, requestId: string): ProblemDocument {
  const [status, title] = PROBLEMS[problem.code]
  return {
    type: `urn:fundwatch:problem:${problem.code}`,
    title,
    status,
    detail: problem.message,
    code: problem.code,
    request_id: requestId,
    ...problem.extra,
  }
}
