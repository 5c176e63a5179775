import { Type } from 'typebox'
import type { App } from '../app.ts'
import type { Screen } from '../ports.ts'
import { described } from './described.ts'

const DRAFT_LIMIT = 16 * 1024 * 1024

const Draft = Type.Object(
  {},
  {
    additionalProperties: true,
    description: 'a settlement as in the contract, which needs no setl_id or setl_time yet, or the input of call 3101',
  },
)
const Verdict = Type.Object(
  {},
  { additionalProperties: true, description: 'what would be found, and the checks that could not be made' },
)

/** The pre-settlement check. */
export function screenRoutes(app: App, { screen }: { screen: Screen }): void {
  app.post(
    '/screen',
    {
      bodyLimit: DRAFT_LIMIT,
      config: { access: ['ingest', 'officer', 'investigator', 'rule_admin'] },
      schema: described('screen', 'Judge a draft settlement before it is paid', { body: Draft, answer: Verdict }),
    },
    (request) => screen.check(request.body),
  )
}
