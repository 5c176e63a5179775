import type { Actor } from '../machine/situation.ts'

/** A person with roles; `recusals` are institutions. */
export function person(name: string, roles: readonly string[], recusals: readonly string[] = []): Actor {
  return { name, roles, recusals }
}

export const INVESTIGATOR = person('li', ['investigator'])
export const OTHER_INVESTIGATOR = person('zhao', ['investigator'])
export const REVIEWER = person('wang', ['reviewer2'])
export const OFFICER = person('chen', ['officer'])
export const OTHER_OFFICER = person('liu', ['officer'])
export const INSTITUTION = person('clinic', ['institution'])
export const PANEL = ['sun', 'zhou', 'wu'].map((name) => person(name, ['panel']))
