import { FundwatchError } from '../../../schemas/errors.ts'
import { ROLES, type Role } from './caller.ts'

const ADMINISTRATORS: readonly Role[] = ['sys_admin', 'sec_admin', 'audit_admin']
const MACHINES: readonly Role[] = ['ingest', 'wall', 'metrics']
/** Those who decide on alerts. */
const CASE_WORKERS: readonly Role[] = ['officer', 'investigator', 'reviewer2', 'panel', 'institution']

/**
 * What a person may be (domain: workflow 3.1): one of the three administrators and nothing else, or anything else; whoever
 * keeps the rules handles no cases; an institution is nobody else.
 * @throws FundwatchError `ROLES_INVALID`
 */
export function requireCombinable(roles: readonly string[], institutions: readonly string[] = []): asserts roles is Role[] {
  const known = roles.filter((role): role is Role => (ROLES as readonly string[]).includes(role))
  const has = (some: readonly Role[]) => known.some((role) => some.includes(role))
  const refuse = (why: string) => {
    throw new FundwatchError('ROLES_INVALID', why)
  }
  if (roles.length === 0 || known.length < roles.length) refuse(`A person has one or more of the roles ${ROLES.join(', ')}.`)
  if (has(MACHINES)) refuse(`${MACHINES.join(', ')} are roles of machines: make a token.`)
  if (has(ADMINISTRATORS) && known.length > 1) refuse(`${ADMINISTRATORS.join(', ')} are not combined with any other role.`)
  if (known.includes('rule_admin') && has(CASE_WORKERS)) refuse('Whoever keeps the rules handles no cases.')
  if (known.includes('institution') && known.length > 1) refuse('An institution has no other role.')
  // For everyone else an empty list is every institution of the regions.
  if (known.includes('institution') && institutions.length === 0) refuse('Say of which institution the person is.')
}

/** A region that is none would be matched by nothing, and nobody would be told. @throws FundwatchError `SCOPE_INVALID` */
export function requireRegions(scope: readonly string[]): void {
  const wrong = scope.find((region) => !/^\d{2}(\d{2}){0,2}$/.test(region))
  if (wrong !== undefined) throw new FundwatchError('SCOPE_INVALID', `A region has six digits, such as 370100, not "${wrong}".`)
}
