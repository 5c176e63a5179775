import { Type } from 'typebox'
import { STATES } from '../../../schemas/alert.ts'
import { AlertFilter } from '../../../schemas/wire.ts'

/** What several routes are asked in the same words. */
export const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', format: 'date' })

export const AlertId = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{32}$' }) })

/** The filter of the socket, and states of the workflow. */
export const ALERTS_FILTERED = {
  ...AlertFilter.properties,
  state: Type.Optional(Type.Array(Type.Union(STATES.map((state) => Type.Literal(state))))),
}
/** Those of them that are lists. */
export const LISTS = ['severity', 'detector_id', 'admdvs', 'fixmedins_code', 'status', 'state'] as const
