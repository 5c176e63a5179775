/** The words of a search. They may be a person's number, so they stand in no address; the window alone remembers them. */
const KEY = 'fundwatch.search'

export function rememberSearch(words: string): void {
  sessionStorage.setItem(KEY, words)
}

export function lastSearch(): string {
  return sessionStorage.getItem(KEY) ?? ''
}
