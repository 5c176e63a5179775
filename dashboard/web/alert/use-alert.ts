import { useEffect, useRef } from 'react'
import { client } from '../app/client.ts'
import { type Loaded, useLoad } from '../app/use-load.ts'
import { useLive } from '../feed/live-context.tsx'
import type { WholeAlert } from './whole-alert.ts'

/** An alert that the live list does not hold is asked after so often. */
const AGAIN_EVERY = 15_000

/** One alert, read again whenever the live list, or the server for what is open, says that it has changed. */
export function useAlert(id: string): Loaded<WholeAlert> {
  const loaded = useLoad(id && `alert ${id}`, () => client.get<WholeAlert>(`/alerts/${id}`))
  const { rows, fileVersion } = useLive()
  const row = rows.find(({ alert_id }) => alert_id === id)
  const stamp = row ? `${row.revision} ${row.state_version} ${row.owner} ${row.status}` : ''
  const seen = useRef({ id, stamp })
  const { reload } = loaded

  useEffect(() => {
    const before = seen.current
    seen.current = { id, stamp }
    if (before.id === id && stamp && before.stamp !== stamp) reload()
  }, [id, stamp, reload])

  const fileSeen = useRef(fileVersion)
  useEffect(() => {
    if (fileSeen.current === fileVersion) return
    fileSeen.current = fileVersion
    reload()
  }, [fileVersion, reload])

  useEffect(() => {
    if (!id || row) return
    const timer = setInterval(reload, AGAIN_EVERY)
    return () => clearInterval(timer)
  }, [id, row, reload])

  return loaded
}
