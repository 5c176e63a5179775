import type { Static } from 'typebox'
import type { Me as MeShape } from '../../../schemas/workflow.ts'

/** Who is signed in. */
export type Me = Static<typeof MeShape>

/** Those who read alerts; the server decides, the page only hides what would be refused. */
const READERS = ['officer', 'investigator', 'reviewer2', 'panel', 'regulator', 'rule_admin']
const HANDLERS = ['officer', 'investigator', 'reviewer2', 'panel']

const holds = ({ roles }: Me, some: readonly string[]) => roles.some((role) => some.includes(role))

export const isReader = (me: Me) => holds(me, READERS)
export const isHandler = (me: Me) => holds(me, HANDLERS)
export const hasRole = (me: Me, ...roles: string[]) => holds(me, roles)
