import { PERSON_ROLES } from '../../../schemas/workflow/words.ts'

/** Of people, then of machines. */
export const ROLES = [...PERSON_ROLES, 'ingest', 'wall', 'metrics'] as const
export type Role = (typeof ROLES)[number]

/** Whose records may be seen. */
export interface Scope {
  /** Regions (`admdvs`); `000000` is the whole country, an empty list is nothing. */
  readonly scope: readonly string[]
  /** Institutions within the regions; an empty list is all of them. */
  readonly institutions: readonly string[]
}

/** Who is asking: a person signed in, or a machine with its token. */
export interface Caller extends Scope {
  readonly username: string
  readonly roles: readonly Role[]
  /** Institutions whose items the caller does not decide. */
  readonly recusals: readonly string[]
  /** The password is a one-time one: nothing but replacing it is allowed. */
  readonly passwordChange: boolean
  /** A second factor is set up. */
  readonly totp: boolean
  /** Names the sign-in or token, so that a long-lived connection can be ended with it. Holds no secret. */
  readonly credential: string
}

/** Those who read alerts. The three administrators (三员), institutions and machines do not. */
export const READERS: readonly Role[] = ['officer', 'investigator', 'reviewer2', 'panel', 'regulator', 'rule_admin']

/** Whether the caller holds one of the roles. */
export function hasRole(caller: Caller, roles: readonly Role[]): boolean {
  return caller.roles.some((role) => roles.includes(role))
}
