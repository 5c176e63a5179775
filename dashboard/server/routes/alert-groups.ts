import { Type } from 'typebox'
import { AlertGroup, DayVolume, GROUPINGS } from '../../../schemas/alert-group.ts'
import { AlertFilter } from '../../../schemas/wire.ts'
import { READERS } from '../access/caller.ts'
import { maskNumber } from '../alerts/mask.ts'
import type { AlertReader } from '../alerts/reader.ts'
import { type App, callerOf } from '../app.ts'
import { ALERTS_FILTERED, LISTS } from './asked.ts'
import { described } from './described.ts'
import { splitLists } from './lists.ts'

const GROUPS_SHOWN = 200
const DAYS_MAX = 366

const Query = Type.Object(
  {
    ...ALERTS_FILTERED,
    by: Type.Union(GROUPINGS.map((by) => Type.Literal(by))),
  },
  { additionalProperties: false },
)

const Groups = Type.Object({
  rows: Type.Array(AlertGroup),
  more: Type.Boolean({ description: 'whether there are smaller groups' }),
})

const DaysQuery = Type.Object(
  { ...AlertFilter.properties, limit: Type.Integer({ minimum: 1, maximum: DAYS_MAX, default: 31 }) },
  { additionalProperties: false },
)

const Days = Type.Object({ rows: Type.Array(DayVolume) })

/** Alerts folded by subject, detector, institution or day; every number is counted, none is estimated. */
export function alertGroupRoutes(app: App, { alerts }: { alerts: AlertReader }): void {
  app.get(
    '/alerts/groups',
    {
      config: { access: READERS },
      preValidation: splitLists(LISTS),
      schema: described('alerts', 'Open alerts in groups, the most severe first', { querystring: Query, answer: Groups }),
    },
    async (request) => {
      const { by, ...filter } = request.query
      const found = await alerts.groups(callerOf(request), filter, by, GROUPS_SHOWN + 1)
      const rows = found.slice(0, GROUPS_SHOWN).map((group) => {
        return group.subject_type === 'person' ? { ...group, key: maskNumber(group.key) } : group
      })
      return { rows, more: found.length > GROUPS_SHOWN }
    },
  )

  app.get(
    '/alerts/days',
    {
      config: { access: READERS },
      preValidation: splitLists(LISTS),
      schema: described('alerts', 'How many alerts there were on each day, the latest first', {
        querystring: DaysQuery,
        answer: Days,
      }),
    },
    async (request) => {
      const { limit, ...filter } = request.query
      return { rows: await alerts.days(callerOf(request), filter, limit) }
    },
  )
}
