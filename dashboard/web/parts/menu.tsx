import { type ReactNode, useEffect, useRef } from 'react'

interface MenuProps {
  readonly label: ReactNode
  readonly testId?: string
  readonly align?: 'left' | 'right'
  readonly children: ReactNode
}

/** A button that unfolds a small panel; a click elsewhere or Escape folds it again. */
export function Menu({ label, testId, align = 'left', children }: MenuProps) {
  const ref = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    const element = ref.current!
    const fold = ({ target }: Event) => {
      if (target instanceof Node && !element.contains(target)) element.open = false
    }
    const foldByKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !element.open) return
      event.stopPropagation()
      element.open = false
      element.querySelector('summary')?.focus()
    }
    document.addEventListener('pointerdown', fold)
    element.addEventListener('keydown', foldByKey)
    return () => {
      document.removeEventListener('pointerdown', fold)
      element.removeEventListener('keydown', foldByKey)
    }
  }, [])
  return (
    <details className="menu" ref={ref} data-testid={testId}>
      <summary className="button small">{label}</summary>
      <div className={`menu-panel ${align}`}>{children}</div>
    </details>
  )
}
