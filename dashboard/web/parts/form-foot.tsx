import { useWords } from '../app/language.tsx'

interface FormFootProps {
  /** What the form does, in a word. */
  readonly submit: string
  readonly busy: boolean
  readonly onClose: () => void
}

/** How a form in a window ends: it is left, or sent. */
export function FormFoot({ submit, busy, onClose }: FormFootProps) {
  const { common } = useWords()
  return (
    <div className="dialog-foot">
      <button type="button" className="button" onClick={onClose}>
        {common.cancel}
      </button>
      <button type="submit" className="button primary" disabled={busy} data-testid="submit">
        {submit}
      </button>
    </div>
  )
}
