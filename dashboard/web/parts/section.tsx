import { type ReactNode, useId } from 'react'

interface SectionProps {
  readonly title: string
  readonly note?: ReactNode
  readonly className?: string
  readonly testId?: string
  readonly children: ReactNode
}

/** A part of a page with its heading. */
export function Section({ title, note, className = '', testId, children }: SectionProps) {
  const id = useId()
  return (
    <section className={`section ${className}`} aria-labelledby={id} data-testid={testId}>
      <h3 id={id}>
        {title}
        {note !== undefined && <small>{note}</small>}
      </h3>
      {children}
    </section>
  )
}
