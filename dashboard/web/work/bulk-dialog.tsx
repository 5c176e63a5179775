import { type FormEvent, useState } from 'react'
import type { AlertSummary } from '../../../schemas/wire.ts'
import type { BulkAction, BulkDone } from '../../../schemas/workflow.ts'
import { client } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { formatYuan } from '../parts/format.ts'
import { Failure } from '../parts/panel-state.tsx'
import { ActionFields, type Draft } from './action-fields.tsx'
import { FORMS } from './action-forms.ts'
import { BulkRegions, spreadOf } from './bulk-regions.tsx'

interface BulkDialogProps {
  readonly action: BulkAction['action']
  readonly rows: readonly AlertSummary[]
  readonly onClose: (done: boolean) => void
}

/** One action on many alerts: what would change is shown first, and what did change afterwards. */
export function BulkDialog({ action, rows, onClose }: BulkDialogProps) {
  const { work, common } = useWords()
  const fields = FORMS[action] ?? []
  // What was selected when the dialog opened: the list goes on behind it.
  const [alerts] = useState(() => rows.map(({ alert_id, state_version }) => ({ alert_id, version: state_version })))
  const [draft, setDraft] = useState<Draft>({})
  const [preview, setPreview] = useState<BulkDone>()
  const [done, setDone] = useState<BulkDone>()
  const [error, setError] = useState<unknown>()

  const send = async (asPreview: boolean) => {
    setError(undefined)
    const order: BulkAction = {
      action,
      alerts,
      ...(asPreview && { preview: true }),
      ...(draft.dismissal && { reason: draft.dismissal }),
      ...(draft.note && { note: draft.note }),
      ...(draft.assignee && { assignee: draft.assignee }),
    }
    try {
      const answer = await client.post<BulkDone>('/alerts/actions', order)
      if (asPreview) setPreview(answer)
      else setDone(answer)
    } catch (refusal) {
      setError(refusal)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void send(preview === undefined)
  }
  const close = () => onClose(done !== undefined)
  const shown = done ?? preview
  return (
    <Dialog title={work.bulk_title(work.actions[action] ?? action, alerts.length)} onClose={close} testId="bulk-dialog">
      <form className="stack" onSubmit={submit}>
        {!shown && (
          <ActionFields fields={fields} draft={draft} onChange={(change) => setDraft((before) => ({ ...before, ...change }))} />
        )}
        {shown && <Outcome outcome={shown} done={done !== undefined} />}
        {preview && !done && preview.ok.length > 0 && <BulkRegions now={spreadOf(preview.ok)} />}
        {error !== undefined && <Failure error={error} />}
        <div className="dialog-foot">
          <button type="button" className="button" onClick={close}>
            {done ? common.close : common.cancel}
          </button>
          {!done && (
            <button type="submit" className="button primary" data-testid="submit" disabled={preview?.ok.length === 0}>
              {preview ? work.bulk_go(preview.ok.length) : common.confirm}
            </button>
          )}
        </div>
      </form>
    </Dialog>
  )
}

function Outcome({ outcome, done }: { outcome: BulkDone; done: boolean }) {
  const { work } = useWords()
  const counted = (list: readonly { code: string }[]) => {
    const counts = new Map<string, number>()
    for (const { code } of list) counts.set(code, (counts.get(code) ?? 0) + 1)
    return [...counts].map(([code, count]) => `${work.refusals[code] ?? code} ${count}`).join(' · ')
  }
  return (
    <dl className="facts" data-testid={done ? 'bulk-done' : 'bulk-preview'}>
      <dt>{done && !outcome.bulk_id ? work.bulk_done : work.bulk_ok}</dt>
      <dd>
        {outcome.ok.length} · {formatYuan(outcome.vola_amt)}
      </dd>
      <dt>{work.bulk_conflict}</dt>
      <dd>
        {outcome.conflict.length} {counted(outcome.conflict)}
      </dd>
      <dt>{work.bulk_failed}</dt>
      <dd>
        {outcome.failed.length} {counted(outcome.failed)}
      </dd>
      {outcome.bulk_id && (
        <>
          <dt>{work.second_reviewer}</dt>
          <dd>{work.bulk_second}</dd>
        </>
      )}
    </dl>
  )
}
