import { type FormEvent, useState } from 'react'
import type { Work } from '../../../schemas/workflow.ts'
import type { WholeAlert } from '../alert/whole-alert.ts'
import { codeOf } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { FormFoot } from '../parts/form-foot.tsx'
import { useRefusalText } from '../parts/refusal.ts'
import { ActionFields, type Draft } from './action-fields.tsx'
import type { ActionOrder } from './action-forms.ts'
import { type Action, FORMS } from './action-forms.ts'

interface ActionDialogProps {
  readonly action: Action
  readonly alert: WholeAlert
  readonly work: Work
  /** Resolves with the refusal, if there is one. */
  readonly onAct: (order: ActionOrder) => Promise<unknown>
  readonly onClose: () => void
}

function orderOf(action: Action, draft: Draft): ActionOrder {
  const { dismissal, amount, ...rest } = draft
  const filled = Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== '' && !(Array.isArray(value) && value.length === 0)),
  )
  return { action, ...filled, ...(dismissal && { reason: dismissal }), ...(amount && { amount: Number(amount) }) }
}

/** What must be said before an action. Ctrl+Enter sends it too. */
export function ActionDialog({ action, alert, work: one, onAct, onClose }: ActionDialogProps) {
  const { work } = useWords()
  const refusalText = useRefusalText()
  const title = work.actions[action] ?? action
  const [draft, setDraft] = useState<Draft>(() => ({ amount: action === 'notify' ? String(alert.vola_amt) : '' }))
  const [complaint, setComplaint] = useState('')
  const [busy, setBusy] = useState(false)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    const refusal = await onAct(orderOf(action, draft))
    setBusy(false)
    if (refusal) setComplaint(refusalText(codeOf(refusal)))
  }
  return (
    <Dialog title={title} onClose={onClose} testId={`dialog-${action}`} wide={action === 'dispose'}>
      <form
        className="stack"
        onSubmit={submit}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit()
        }}
      >
        {work.consequences[action] && <p>{work.consequences[action]}</p>}
        <ActionFields
          fields={FORMS[action] ?? []}
          draft={draft}
          alertId={alert.alert_id}
          measures={one.measures}
          stepsDone={one.steps.length}
          onChange={(change) => setDraft((before) => ({ ...before, ...change }))}
        />
        <p className="complaint" role="alert" data-testid="complaint">
          {complaint}
        </p>
        <FormFoot submit={work.submit(title)} busy={busy} onClose={onClose} />
      </form>
    </Dialog>
  )
}
