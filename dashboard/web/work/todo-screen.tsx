import type { AlertSummary } from '../../../schemas/wire.ts'
import type { BulkWaiting, Unmasking } from '../../../schemas/workflow.ts'
import { client, queryOf } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { hasRole, type Me } from '../app/me.ts'
import { go, usePlace, withQuery } from '../app/navigation.tsx'
import { useMe } from '../app/session.tsx'
import { useLoad } from '../app/use-load.ts'
import { useLive } from '../feed/live-context.tsx'
import { AlertLinks } from '../parts/alert-links.tsx'
import { formatCount } from '../parts/format.ts'
import { MoreButton } from '../parts/more-button.tsx'
import { PanelState } from '../parts/panel-state.tsx'
import { Screen } from '../parts/screen.tsx'
import { usePages } from '../parts/use-pages.ts'
import type { Words } from '../words/words.ts'
import { Approvals } from './approvals.tsx'

interface List {
  readonly name: keyof Words['work']
  /** Which alerts; undefined where it is a list of something else. */
  readonly query: (me: Me) => Record<string, string> | undefined
  readonly allows: (me: Me) => boolean
}

const LISTS: readonly List[] = [
  {
    name: 'todo_mine',
    query: ({ username }) => ({ assignee: username, state: 'NEW,FIRST_REVIEW,EVIDENCE,REFUSE_PROPOSED,CASE_FILED,DISPOSING' }),
    allows: (me) => hasRole(me, 'officer', 'investigator'),
  },
  {
    name: 'todo_free',
    query: () => ({ assignee: '', state: 'NEW,REFUSE_PROPOSED,FIRST_REVIEW' }),
    allows: (me) => hasRole(me, 'officer', 'investigator'),
  },
  { name: 'todo_second', query: () => ({ state: 'SECOND_REVIEW' }), allows: (me) => hasRole(me, 'reviewer2', 'officer') },
  { name: 'todo_panel', query: () => ({ state: 'PANEL' }), allows: (me) => hasRole(me, 'panel', 'officer') },
  { name: 'todo_approve', query: () => undefined, allows: () => true },
  { name: 'todo_sign', query: () => ({ state: 'FINAL,CONFIRMED' }), allows: (me) => hasRole(me, 'officer') },
]

/** The alerts of a list. An empty assignee is a question of its own, which `queryOf` would leave out. */
function alertsOf({ name, query }: List, me: Me, how: Record<string, string | number>): string | undefined {
  const asked = query(me)
  return asked && `/alerts${queryOf({ ...asked, ...how, total: true })}${name === 'todo_free' ? '&assignee=' : ''}`
}

async function totalOf(list: List, me: Me): Promise<number> {
  const path = alertsOf(list, me, { limit: 1 })
  if (path) return (await client.get<{ total: { value: number } }>(path)).total.value
  const [bulks, looks] = await Promise.all([
    client.get<{ rows: BulkWaiting[] }>('/alerts/actions'),
    client.get<{ rows: Unmasking[] }>('/unmaskings'),
  ])
  return [...bulks.rows, ...looks.rows].filter(({ requested_by }) => requested_by !== me.username).length
}

/** How many wait in each list; counted anew whenever another list is looked at, or a request of a colleague comes. */
function useTotals(lists: readonly List[], shown: string): ReadonlyMap<string, number> | undefined {
  const me = useMe()
  const { jobVersion } = useLive()
  const key = `todo totals ${lists.map(({ name }) => name).join(' ')} ${shown} ${jobVersion}`
  const { data } = useLoad(key, async () => {
    return new Map(await Promise.all(lists.map(async (list) => [list.name, await totalOf(list, me)] as const)))
  })
  return data
}

/** What waits for one: one's own, what nobody has taken, and what one's role is to decide. The most severe first. */
export function TodoScreen() {
  const { work, app, common } = useWords()
  const me = useMe()
  const place = usePlace()
  const lists = LISTS.filter(({ allows }) => allows(me))
  const list = lists.find(({ name }) => name === place.query.get('list')) ?? lists[0]
  const path = list && alertsOf(list, me, { sort: 'severity', limit: 50 })
  const pages = usePages<AlertSummary>(path ?? '')
  const totals = useTotals(lists, list?.name ?? '')
  return (
    <Screen
      title={app.todo}
      className="page"
      tools={
        // biome-ignore lint/a11y/useSemanticElements: a fieldset would need a visible legend.
        <div className="segments" role="group" aria-label={app.todo}>
          {lists.map(({ name }) => (
            <button
              key={name}
              type="button"
              aria-pressed={name === list?.name}
              data-testid={name}
              onClick={() => go(withQuery(place, { list: name }))}
            >
              {work[name] as string} <span className="total">{totals && formatCount(totals.get(name) ?? 0)}</span>
            </button>
          ))}
        </div>
      }
    >
      {list?.name === 'todo_approve' && <Approvals />}
      {path && (
        <PanelState loaded={pages}>
          {({ rows }) =>
            rows.length === 0 ? (
              <p className="quiet">{common.empty}</p>
            ) : (
              <div className="card">
                <AlertLinks rows={rows} testId="todo" headed />
              </div>
            )
          }
        </PanelState>
      )}
      <MoreButton loadMore={pages.loadMore} />
    </Screen>
  )
}
