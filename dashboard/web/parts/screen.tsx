import { type ReactNode, useEffect } from 'react'
import { useWords } from '../app/language.tsx'

interface ScreenProps {
  readonly title: string
  readonly tools?: ReactNode
  readonly className?: string
  readonly testId?: string
  readonly children: ReactNode
}

/** A page with its one heading, which is also the title of the window. */
export function Screen({ title, tools, className = '', testId, children }: ScreenProps) {
  const { common } = useWords()
  useEffect(() => {
    document.title = `${title} · ${common.product}`
  }, [title, common.product])
  return (
    <div className={`screen ${className}`} data-testid={testId}>
      <div className="screen-head">
        <h1>{title}</h1>
        {tools}
      </div>
      {children}
    </div>
  )
}
