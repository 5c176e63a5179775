import { type FormEvent, type RefObject, useState } from 'react'
import { useWords } from '../app/language.tsx'
import { go } from '../app/navigation.tsx'
import { rememberSearch } from './searched.ts'

/** The field in the head of every page. */
export function SearchBox({ field }: { field: RefObject<HTMLInputElement | null> }) {
  const { app } = useWords()
  const [text, setText] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!text.trim()) return
    rememberSearch(text.trim())
    // Another turn is another search, although its words stand elsewhere.
    go(`/search?turn=${Date.now().toString(36)}`)
    setText('')
    field.current?.blur()
  }
  return (
    <form className="search-box" onSubmit={submit}>
      <input
        ref={field}
        type="search"
        aria-label={app.search}
        placeholder={app.search_placeholder}
        maxLength={100}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
    </form>
  )
}
