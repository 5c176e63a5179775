import { type FormEvent, useState } from 'react'
import { useWords } from '../app/language.tsx'
import { Link } from '../app/navigation.tsx'
import { useMe } from '../app/session.tsx'
import { Field } from '../parts/field.tsx'
import { Menu } from '../parts/menu.tsx'
import { readViews, type SavedView, withView, writeViews } from './saved-views.ts'

/** Views that were kept, and a form to keep the one that is shown. */
export function ViewsMenu({ query }: { query: string }) {
  const { feed, common } = useWords()
  const { username } = useMe()
  const [views, setViews] = useState(() => readViews(username))
  const [name, setName] = useState('')

  const keep = (next: readonly SavedView[]) => {
    writeViews(username, next)
    setViews(next)
  }
  const save = (event: FormEvent) => {
    event.preventDefault()
    keep(withView(views, { name: name.trim(), query }))
    setName('')
  }
  return (
    <Menu label={feed.views} testId="views" align="right">
      {views.length === 0 && <p className="quiet">{feed.no_views}</p>}
      <ul className="views">
        {views.map((view) => (
          <li key={view.name}>
            <Link to={`/live${view.query}`}>{view.name}</Link>
            <button
              type="button"
              className="icon"
              aria-label={`${common.remove} ${view.name}`}
              onClick={() => keep(views.filter((one) => one !== view))}
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
        <button type="submit" className="button primary small">
          {feed.save_view}
        </button>
      </form>
    </Menu>
  )
}
