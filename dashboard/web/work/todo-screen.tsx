import type { AlertSummary } from '../../../schemas/wire.ts'
import { queryOf } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { hasRole, type Me } from '../app/me.ts'
import { go, usePlace, withQuery } from '../app/navigation.tsx'
import { useMe } from '../app/session.tsx'
import { AlertLinks } from '../parts/alert-links.tsx'
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

/** What waits for one: one's own, what nobody has taken, and what one's role is to decide. The most severe first. */
export function TodoScreen() {
  const { work, app, common } = useWords()
  const me = useMe()
  const place = usePlace()
  const lists = LISTS.filter(({ allows }) => allows(me))
  const list = lists.find(({ name }) => name === place.query.get('list')) ?? lists[0]
  // An empty assignee is a question of its own, which `queryOf` would leave out.
  const query = list?.query(me)
  const path = query && `/alerts${queryOf({ ...query, sort: 'severity', limit: 50, total: true })}`
  const free = list?.name === 'todo_free' ? '&assignee=' : ''
  const pages = usePages<AlertSummary>(path ? `${path}${free}` : '')
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
              {work[name] as string}
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
