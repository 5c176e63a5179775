import { useState } from 'react'
import type { CaseRow, Work } from '../../../schemas/workflow.ts'
import type { WholeAlert } from '../alert/whole-alert.ts'
import { client } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { isHandler } from '../app/me.ts'
import { go, Link } from '../app/navigation.tsx'
import { useMe } from '../app/session.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { FormFoot } from '../parts/form-foot.tsx'
import { Failure } from '../parts/panel-state.tsx'
import { useSubmission } from '../parts/submission.ts'

interface CaseLinkProps {
  readonly alert: WholeAlert
  readonly work: Work
  readonly onChanged: () => void
}

/** The case that the alert belongs to, or the way to open one on its subject. */
export function CaseLink({ alert, work: one, onChanged }: CaseLinkProps) {
  const { work } = useWords()
  const me = useMe()
  const [asking, setAsking] = useState(false)
  const [title, setTitle] = useState('')
  const [gather, setGather] = useState(true)
  const { error, busy, submit } = useSubmission(async () => {
    const order = { alert_ids: [alert.alert_id], gather, ...(title.trim() && { title: title.trim() }) }
    const opened = await client.post<CaseRow>('/cases', order)
    onChanged()
    go(`/cases/${opened.case_id}`)
  })
  if (one.case_id) {
    return (
      <p>
        {work.case}{' '}
        <Link className="code" to={`/cases/${one.case_id}`} data-testid="case-link">
          {one.case_id}
        </Link>
      </p>
    )
  }
  if (!isHandler(me)) return null
  return (
    <>
      <button type="button" className="button small" data-testid="open-case" onClick={() => setAsking(true)}>
        {work.case_open}
      </button>
      {asking && (
        <Dialog title={work.case_open} onClose={() => setAsking(false)}>
          <form className="stack" onSubmit={submit}>
            <Field label={work.case_title}>
              {(ids) => <input {...ids} maxLength={200} value={title} onChange={({ target }) => setTitle(target.value)} />}
            </Field>
            <label className="check">
              <input type="checkbox" checked={gather} onChange={({ target }) => setGather(target.checked)} />
              {work.case_gather}
            </label>
            {error !== undefined && <Failure error={error} />}
            <FormFoot submit={work.case_open} busy={busy} onClose={() => setAsking(false)} />
          </form>
        </Dialog>
      )}
    </>
  )
}
