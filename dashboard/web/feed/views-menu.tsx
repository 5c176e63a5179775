import { type FormEvent, useState } from 'react'
import type { SavedViews } from '../../../schemas/workflow.ts'
import { client } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { Link } from '../app/navigation.tsx'
import { useLoad } from '../app/use-load.ts'
import { Field } from '../parts/field.tsx'
import { Menu } from '../parts/menu.tsx'
import { Failure } from '../parts/panel-state.tsx'
import { withView } from './saved-views.ts'

/** Views that were kept, and a form to keep the one that is shown. */
export function ViewsMenu({ query }: { query: string }) {
  const { feed, common } = useWords()
  const loaded = useLoad('views', () => client.get<SavedViews>('/me/views'))
  const [failure, setFailure] = useState<unknown>()
  const [name, setName] = useState('')
  const views = loaded.data?.views ?? []

  const keep = async (next: SavedViews['views']) => {
    try {
      await client.put('/me/views', { views: next })
      setName('')
      setFailure(undefined)
    } catch (error) {
      setFailure(error)
    }
    loaded.reload()
  }
  const save = (event: FormEvent) => {
    event.preventDefault()
    void keep([...withView(views, { name: name.trim(), query })])
  }
  return (
    <Menu label={feed.views} testId="views" align="right">
      {(failure ?? loaded.error) !== undefined && <Failure error={failure ?? loaded.error} />}
      {loaded.data?.views.length === 0 && <p className="quiet">{feed.no_views}</p>}
      <ul className="views">
        {views.map((view) => (
          <li key={view.name}>
            <Link to={`/live${view.query}`}>{view.name}</Link>
            <button
              type="button"
              className="icon"
              aria-label={`${common.remove} ${view.name}`}
              onClick={() => void keep(views.filter((one) => one !== view))}
            >
              ✕
            </button>
          </li>
        ))}
      </ul>
      <form className="stack" onSubmit={save}>
        <Field label={feed.view_name}>
          {(ids) => <input {...ids} required maxLength={40} value={name} onChange={({ target }) => setName(target.value)} />}
        </Field>
        <button type="submit" className="button primary small" disabled={!loaded.data}>
          {feed.save_view}
        </button>
      </form>
    </Menu>
  )
}
