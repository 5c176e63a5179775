import { useEffect, useState } from 'react'
import { client } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { isHandler } from '../app/me.ts'
import { useMe } from '../app/session.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { FormFoot } from '../parts/form-foot.tsx'
import { formatTime } from '../parts/format.ts'
import { Failure } from '../parts/panel-state.tsx'
import { ReasonField } from '../parts/reason-field.tsx'
import { useSubmission } from '../parts/submission.ts'

interface Unmasked {
  readonly persons: readonly string[]
  readonly until: string
}

/** Shows the numbers behind the masks for a while; who looks says why, and the server writes it down. */
export function Unmask({ alertId }: { alertId: string }) {
  const { alert } = useWords()
  const me = useMe()
  const [asking, setAsking] = useState(false)
  const [reason, setReason] = useState('')
  const [seen, setSeen] = useState<Unmasked>()
  const { error, busy, submit } = useSubmission(async () => {
    setSeen(await client.post<Unmasked>(`/alerts/${alertId}/unmask`, { reason }))
    setAsking(false)
    setReason('')
  })

  useEffect(() => {
    if (!seen) return
    const timer = setTimeout(() => setSeen(undefined), Math.max(0, Date.parse(seen.until) - Date.now()))
    return () => clearTimeout(timer)
  }, [seen])

  if (!isHandler(me)) return null
  if (seen) {
    return (
      <span className="unmasked">
        {seen.persons.map((person) => (
          <span className="code item" key={person}>
            {person}
          </span>
        ))}{' '}
        <small>{alert.unmask_until(formatTime(seen.until))}</small>
      </span>
    )
  }
  return (
    <>
      <button type="button" className="link" onClick={() => setAsking(true)}>
        {alert.unmask}
      </button>
      {asking && (
        <Dialog title={alert.unmask} onClose={() => setAsking(false)}>
          <form className="stack" onSubmit={submit}>
            <ReasonField label={alert.unmask_reason} value={reason} onChange={setReason} />
            {error !== undefined && <Failure error={error} />}
            <FormFoot submit={alert.unmask} busy={busy} onClose={() => setAsking(false)} />
          </form>
        </Dialog>
      )}
    </>
  )
}
