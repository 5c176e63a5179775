import { type FormEvent, useState } from 'react'
import { client } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { go, Link, usePlace } from '../app/navigation.tsx'
import { useLoad } from '../app/use-load.ts'
import { Field } from '../parts/field.tsx'
import { PanelState } from '../parts/panel-state.tsx'
import { Screen } from '../parts/screen.tsx'
import { entityPath } from './entity-path.ts'
import { lastSearch, rememberSearch } from './searched.ts'

interface Hit {
  readonly type: string
  readonly id: string
  readonly label: string
  readonly settlement?: string
}

function pathOf({ type, id, settlement }: Hit): string {
  return type === 'alert' ? `/alerts/${id}` : entityPath(type, id, { settlement })
}

/** What a number or a name leads to. */
export function SearchScreen() {
  const { records, common, app } = useWords()
  const { query } = usePlace()
  const turn = query.get('turn') ?? ''
  const q = lastSearch()
  const [text, setText] = useState(q)
  const loaded = useLoad(q && `search ${turn} ${q}`, () => client.post<{ rows: Hit[] }>('/search', { q }))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!text.trim()) return
    rememberSearch(text.trim())
    go(`/search?turn=${Date.now().toString(36)}`)
  }
  const typeName = (type: string) => (type === 'alert' ? app.live : (common.subject[type as 'person'] ?? type))
  return (
    <Screen title={records.search_title} className="page">
      <form className="search-form" onSubmit={submit}>
        <Field label={app.search} hint={records.search_hint}>
          {(ids) => (
            <input
              {...ids}
              name="q"
              type="search"
              maxLength={100}
              value={text}
              onChange={({ target }) => setText(target.value)}
            />
          )}
        </Field>
        <button type="submit" className="button primary">
          {records.search_go}
        </button>
      </form>
      {q && (
        <PanelState loaded={loaded}>
          {({ rows }) => (
            <>
              <p role="status" className="quiet">
                {rows.length === 0 ? records.no_hits : records.hits(rows.length)}
              </p>
              <ul className="hits" data-testid="hits">
                {rows.map((hit) => (
                  <li key={`${hit.type} ${hit.id}`}>
                    <Link to={pathOf(hit)}>
                      <span className="tag">{typeName(hit.type)}</span> <span className="code">{hit.id}</span> {hit.label}
                    </Link>
                  </li>
                ))}
              </ul>
            </>
          )}
        </PanelState>
      )}
    </Screen>
  )
}
