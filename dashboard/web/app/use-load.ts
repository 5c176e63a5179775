import { useCallback, useEffect, useRef, useState } from 'react'
import { isPassing } from './client.ts'

const AGAIN_AFTER = 5_000

export interface Loaded<T> {
  readonly data: T | undefined
  readonly error: unknown
  readonly loading: boolean
  readonly reload: () => void
}

interface Held<T> {
  readonly key: string
  readonly data?: T
  readonly error?: unknown
}

/**
 * Reads something by its key and keeps it until the key changes; `reload` reads it again and shows the old until then.
 * An empty key reads nothing. What fails for the moment alone is read again by itself.
 */
export function useLoad<T>(key: string, read: () => Promise<T>): Loaded<T> {
  const [held, setHeld] = useState<Held<T>>({ key: '' })
  const [turn, setTurn] = useState(0)
  const reading = useRef(read)
  reading.current = read

  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` is the wish to read again.
  useEffect(() => {
    if (!key) return
    let wanted = true
    reading.current().then(
      (data) => wanted && setHeld({ key, data }),
      (error) => wanted && setHeld((before) => ({ key, error, ...(before.key === key && { data: before.data }) })),
    )
    return () => {
      wanted = false
    }
  }, [key, turn])

  const reload = useCallback(() => setTurn((before) => before + 1), [])
  const fits = held.key === key
  const cutOff = fits && isPassing(held.error) ? held : undefined
  useEffect(() => {
    if (!cutOff) return
    const timer = setTimeout(reload, AGAIN_AFTER)
    return () => clearTimeout(timer)
  }, [cutOff, reload])
  return {
    data: fits ? held.data : undefined,
    error: fits ? held.error : undefined,
    loading: key !== '' && !fits,
    reload,
  }
}
