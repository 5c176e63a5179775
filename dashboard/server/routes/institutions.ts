import { Type } from 'typebox'
import { READERS } from '../access/caller.ts'
import { type App, callerOf } from '../app.ts'
import type { Records } from '../ports.ts'
import { isOpenTo } from '../records/entity.ts'
import { nameOf, registered } from '../records/register.ts'
import { described, ListOf } from './described.ts'
import { splitLists } from './lists.ts'

const CODES_MAX = 200

const Query = Type.Object(
  { code: Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { minItems: 1, maxItems: CODES_MAX }) },
  { additionalProperties: false },
)
const Institution = Type.Object({ fixmedins_code: Type.String(), name: Type.String() })

/** What institutions are called, so that a list need not show codes alone. */
export function institutionRoutes(app: App, { records }: { records: Records }): void {
  app.get(
    '/institutions',
    {
      config: { access: READERS },
      preValidation: splitLists(['code']),
      schema: described('records', 'The names of institutions within the regions, by their codes', {
        querystring: Query,
        answer: ListOf(Institution),
      }),
    },
    async (request) => {
      const scope = callerOf(request)
      const known = [...(await registered(records, 'institution', request.query.code))]
      const open = known.filter(([code, row]) => nameOf(row) && isOpenTo(scope, 'institution', code, row))
      return { rows: open.map(([fixmedins_code, row]) => ({ fixmedins_code, name: nameOf(row) })), next: null }
    },
  )
}
