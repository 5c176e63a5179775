import { Type } from 'typebox'
import { STATES } from '../../../schemas/alert.ts'
import { AlertFilter } from '../../../schemas/wire.ts'
import { READERS } from '../access/caller.ts'
import { maskNumber } from '../alerts/mask.ts'
import { type AlertReader, GROUPINGS } from '../alerts/reader.ts'
import { type App, callerOf } from '../app.ts'
import { described } from './described.ts'
import { splitLists } from './lists.ts'

const GROUPS_SHOWN = 200
const DAYS_MAX = 366

const Query = Type.Object(
  {
    ...AlertFilter.properties,
    state: Type.Optional(Type.Array(Type.Union(STATES.map((state) => Type.Literal(state))))),
    by: Type.Union(GROUPINGS.map((by) => Type.Literal(by))),
  },
  { additionalProperties: false },
)

const Groups = Type.Object({
  rows: Type.Array(
    Type.Object({
      key: Type.String({ description: 'the subject (masked where it is a person), detector or institution' }),
      subject_type: Type.String(),
      alert_id: Type.String({ description: 'the newest alert of the group' }),
      severity: Type.Integer({ description: 'of the most severe' }),
      open: Type.Integer(),
      by_severity: Type.Array(Type.Integer(), { description: 'how many have severity 1, 2, 3 and 4' }),
      vola_amt: Type.Number({ description: 'yuan' }),
      last_event_time: Type.String(),
    }),
  ),
  more: Type.Boolean({ description: 'whether there are smaller groups' }),
})

const DaysQuery = Type.Object(
  { ...AlertFilter.properties, limit: Type.Integer({ minimum: 1, maximum: DAYS_MAX, default: 31 }) },
  { additionalProperties: false },
)

const Days = Type.Object({
  rows: Type.Array(
    Type.Object({
      day: Type.String({ description: 'of the event, Asia/Shanghai' }),
      alerts: Type.Integer(),
      open: Type.Integer({ description: 'those that are not retracted' }),
      vola_amt: Type.Number({ description: 'yuan, of the open ones' }),
    }),
  ),
})

const LISTS = ['severity', 'detector_id', 'admdvs', 'fixmedins_code', 'status', 'state'] as const

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
