import { type AnchorHTMLAttributes, type MouseEvent, useMemo, useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()

function tell(): void {
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  addEventListener('popstate', listener)
  return () => {
    listeners.delete(listener)
    removeEventListener('popstate', listener)
  }
}

const here = () => location.pathname + location.search

/** Steps within the page that one can come back from. */
let steps = 0

/** Goes to another place of the page; `replace` leaves no step to come back to. */
export function go(to: string, { replace = false } = {}): void {
  if (to === here()) return
  if (replace) history.replaceState(null, '', to)
  else {
    steps++
    history.pushState(null, '', to)
  }
  tell()
}

/** Goes one step back, or to a place where there is none to go back to. */
export function goBack(otherwise: string): void {
  if (steps === 0) return go(otherwise)
  steps--
  history.back()
}

export interface Place {
  readonly path: string
  readonly query: URLSearchParams
}

/** Where the page is, as the address bar says. */
export function usePlace(): Place {
  const href = useSyncExternalStore(subscribe, here)
  return useMemo(() => {
    const { pathname, searchParams } = new URL(href, location.origin)
    return { path: pathname, query: searchParams }
  }, [href])
}

/** The same place with another query; an empty value takes a name out. */
export function withQuery({ path, query }: Place, changes: Readonly<Record<string, string | undefined>>): string {
  const next = new URLSearchParams(query)
  for (const [name, value] of Object.entries(changes)) {
    if (value) next.set(name, value)
    else next.delete(name)
  }
  const text = next.toString().replaceAll('%2C', ',')
  return text ? `${path}?${text}` : path
}

type LinkProps = AnchorHTMLAttributes<HTMLAnchorElement> & { readonly to: string }

/** A link within the page; with a modifier key the browser opens it as it always does. */
export function Link({ to, onClick, ...rest }: LinkProps) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    go(to)
  }
  return <a href={to} onClick={follow} {...rest} />
}
