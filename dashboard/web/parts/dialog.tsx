import { type ReactNode, useEffect, useId, useRef } from 'react'
import { muteKeys } from '../app/keys.ts'
import { useWords } from '../app/language.tsx'

interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
  readonly wide?: boolean
  readonly testId?: string
}

/** A window over the page; it holds the focus, Escape closes it, and the focus goes back to where it was. */
export function Dialog({ title, onClose, children, wide = false, testId }: DialogProps) {
  const { common } = useWords()
  const ref = useRef<HTMLDialogElement>(null)
  const heading = useId()
  useEffect(() => {
    const before = document.activeElement
    const unmute = muteKeys()
    ref.current?.showModal()
    // The first thing to fill in, not the cross that closes the window.
    ref.current?.querySelector<HTMLElement>(':is(input, select, textarea):not(:disabled)')?.focus()
    return () => {
      unmute()
      if (before instanceof HTMLElement) before.focus({ preventScroll: true })
    }
  }, [])
  // What had the focus may be gone, or disabled, once it was pressed: the keyboard goes on with what is to be done next.
  useEffect(() => {
    const dialog = ref.current
    if (!dialog || dialog.contains(document.activeElement)) return
    const next = ['[type=submit]', '.dialog-foot button', 'header button'].map((one) => `${one}:not(:disabled)`)
    for (const one of next) {
      const found = dialog.querySelector<HTMLElement>(one)
      if (found) return found.focus()
    }
  })
  return (
    <dialog
      ref={ref}
      className={wide ? 'dialog wide' : 'dialog'}
      aria-labelledby={heading}
      data-testid={testId}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <header>
        <h2 id={heading}>{title}</h2>
        <button type="button" className="icon" aria-label={common.close} onClick={onClose}>
          ✕
        </button>
      </header>
      {children}
    </dialog>
  )
}
