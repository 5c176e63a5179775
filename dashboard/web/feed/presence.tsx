import { useEffect } from 'react'
import { useWords } from '../app/language.tsx'
import { useMe } from '../app/session.tsx'
import { useLive } from './live-context.tsx'

/** Tells others that this alert or case is open here, and shows who else has it open. */
export function Presence({ id }: { id: string }) {
  const { app, common } = useWords()
  const { username } = useMe()
  const live = useLive()
  useEffect(() => live.openFile(id), [live, id])
  const others = live.present.filter((user) => user !== username)
  if (others.length === 0) return null
  return (
    <span className="tag presence" role="status" data-testid="presence">
      {app.present(others.join(common.and))}
    </span>
  )
}
