import { useState } from 'react'
import { client } from '../app/client.ts'
import { type Loaded, useLoad } from '../app/use-load.ts'

interface Page<T> {
  readonly rows: readonly T[]
  readonly next: string | null
}

interface Pages<T> extends Loaded<Page<T>> {
  /** Reads the next page below what is shown; undefined on the last. */
  readonly loadMore: (() => Promise<void>) | undefined
}

/** A list that is read page by page. */
export function usePages<T>(path: string): Pages<T> {
  const [further, setFurther] = useState<{ readonly path: string; readonly page: Page<T> }>()
  const loaded = useLoad(path && `pages ${path}`, () => client.get<Page<T>>(path))
  const more = further?.path === path ? further.page : undefined
  const data = loaded.data && { rows: [...loaded.data.rows, ...(more?.rows ?? [])], next: more ? more.next : loaded.data.next }
  const next = data?.next
  return {
    ...loaded,
    data,
    reload: () => {
      setFurther(undefined)
      loaded.reload()
    },
    loadMore: next
      ? async () => {
          const page = await client.get<Page<T>>(`${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(next)}`)
          setFurther({ path, page: { rows: [...(more?.rows ?? []), ...page.rows], next: page.next } })
        }
      : undefined,
  }
}
