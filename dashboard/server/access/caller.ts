export const ROLES = [
  'officer',
  'investigator',
  'reviewer2',
  'panel',
  'regulator',
  'institution',
  'rule_admin',
  'sys_admin',
  'sec_admin',
  'audit_admin',
  'ingest',
  'wall',
  'metrics',
] as const
export type Role = (typeof ROLES)[number]

/** Who is asking: a person signed in, or a machine with its token. */
export interface Caller {
  readonly username: string
  readonly roles: readonly Role[]
  /** Regions (`admdvs`) whose records the caller may see; `000000` is the whole country, an empty list is nothing. */
  readonly scope: readonly string[]
  /** Names the sign-in or token, so that a long-lived connection can be ended with it. Holds no secret. */
  readonly credential: string
}

/** Those who read alerts. The three administrators (三员), institutions and machines do not. */
export const READERS: readonly Role[] = ['officer', 'investigator', 'reviewer2', 'panel', 'regulator', 'rule_admin']

/** Whether the caller holds one of the roles. */
export function hasRole(caller: Caller, roles: readonly Role[]): boolean {
  return caller.roles.some((role) => roles.includes(role))
}
