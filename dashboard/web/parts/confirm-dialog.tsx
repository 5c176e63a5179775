import { Dialog } from './dialog.tsx'
import { FormFoot } from './form-foot.tsx'
import { Failure } from './panel-state.tsx'
import { useSubmission } from './submission.ts'

interface ConfirmDialogProps {
  readonly title: string
  /** What will happen, so that it is done on purpose. */
  readonly consequence: string
  /** Rejects with the refusal, if there is one. */
  readonly onConfirm: () => Promise<void>
  readonly onClose: () => void
}

/** Asks once more before something that cannot be taken back. */
export function ConfirmDialog({ title, consequence, onConfirm, onClose }: ConfirmDialogProps) {
  const { error, busy, submit } = useSubmission(async () => {
    await onConfirm()
    onClose()
  })
  return (
    <Dialog title={title} onClose={onClose} testId="confirm-dialog">
      <form className="stack" onSubmit={submit}>
        <p>{consequence}</p>
        {error !== undefined && <Failure error={error} />}
        <FormFoot submit={title} busy={busy} onClose={onClose} />
      </form>
    </Dialog>
  )
}
