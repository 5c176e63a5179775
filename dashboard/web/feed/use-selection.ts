import { useCallback, useRef, useState } from 'react'
import type { AlertSummary } from '../../../schemas/wire.ts'

interface Selection {
  /** The selected rows as they stand now. */
  readonly chosen: readonly AlertSummary[]
  readonly has: (id: string) => boolean
  /** `extend`: also everything between the last one that was selected and this one. */
  readonly toggle: (id: string, extend: boolean) => void
  readonly add: (ids: readonly string[]) => void
  readonly clear: () => void
}

/** Which rows are selected; rows that leave the list leave the selection. */
export function useSelection(rows: readonly AlertSummary[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const current = useRef(rows)
  current.current = rows
  const last = useRef('')

  const toggle = useCallback((id: string, extend: boolean) => {
    const places = [last.current, id].map((one) => current.current.findIndex(({ alert_id }) => alert_id === one))
    const between = current.current.slice(Math.min(...places), Math.max(...places) + 1).map(({ alert_id }) => alert_id)
    const stretch = extend && !places.includes(-1) ? between : []
    last.current = id
    setIds((before) => {
      const next = new Set(before)
      if (stretch.length > 0) for (const one of stretch) next.add(one)
      else if (!next.delete(id)) next.add(id)
      return next
    })
  }, [])
  const add = useCallback((more: readonly string[]) => setIds((before) => new Set([...before, ...more])), [])
  const clear = useCallback(() => setIds(new Set()), [])
  // Not kept: the live list changes its rows in their place.
  const chosen = ids.size === 0 ? [] : rows.filter(({ alert_id }) => ids.has(alert_id))
  return { chosen, has: (id) => ids.has(id), toggle, add, clear }
}
