import { useState } from 'react'
import type { Current } from '../../../schemas/workflow.ts'
import type { WholeAlert } from '../alert/whole-alert.ts'
import { codeOf } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { formatTime } from '../parts/format.ts'
import { useRefusalText } from '../parts/refusal.ts'
import type { ActionOrder } from './action-forms.ts'

interface ConflictDialogProps {
  readonly code: string
  readonly order: ActionOrder
  readonly current: Current
  /** The item as it was seen. */
  readonly before: WholeAlert
  /** Resolves with the refusal, if there is one. */
  readonly onRepeat: () => Promise<unknown>
  readonly onClose: () => void
}

/** Somebody was faster: who, what they did, and what one wanted, side by side. Nothing is lost, nothing is overwritten. */
export function ConflictDialog({ code, order, current, before, onRepeat, onClose }: ConflictDialogProps) {
  const { work, common } = useWords()
  const refusalText = useRefusalText()
  const [complaint, setComplaint] = useState('')
  const { last } = current
  const repeat = async () => {
    const refusal = await onRepeat()
    if (refusal) setComplaint(refusalText(codeOf(refusal)))
  }
  return (
    <Dialog title={work.conflict_title} onClose={onClose} testId="conflict">
      <p>
        {last
          ? work.conflict_text(last.actor, work.actions[last.action] ?? last.action, formatTime(last.at).slice(11))
          : refusalText(code)}
      </p>
      <div className="merge">
        <dl>
          <dt>{work.conflict_now}</dt>
          <dd>
            <span className={`state state-${current.state}`}>{common.states[current.state]}</span>{' '}
            {current.owner || work.owner_none}
          </dd>
        </dl>
        <dl>
          <dt>{work.conflict_yours}</dt>
          <dd>
            <strong>{work.actions[order.action] ?? order.action}</strong>{' '}
            {order.reason && (work.dismissal[order.reason] ?? order.reason)} {order.note}
            <p className="quiet">{common.states[before.state]}</p>
          </dd>
        </dl>
      </div>
      <p className="complaint" role="alert">
        {complaint}
      </p>
      <div className="dialog-foot">
        {code === 'VERSION_STALE' && (
          <button type="button" className="button" onClick={() => void repeat()}>
            {work.conflict_repeat}
          </button>
        )}
        <button type="button" className="button primary" onClick={onClose}>
          {work.conflict_drop}
        </button>
      </div>
    </Dialog>
  )
}
