import type { ReactNode } from 'react'
import { codeOf, isAbsent, Refused } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import type { Loaded } from '../app/use-load.ts'

/** What a reader is told when something cannot be shown, and what can be done about it. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { common } = useWords()
  const code = codeOf(error)
  const request = error instanceof Refused && error.requestId
  if (isAbsent(error))
    return (
      <p className="quiet" data-testid="absent">
        {common.absent}
      </p>
    )
  if (code === 'ROLE_REQUIRED')
    return (
      <p className="quiet" role="alert">
        {common.role_required}
      </p>
    )
  return (
    <div className="failure" role="alert">
      <p>
        {common.problems[code] ?? common.failed(code)}
        {request && <small className="code"> {common.request(request)}</small>}
      </p>
      {retry && (
        <button type="button" className="button small" onClick={retry}>
          {common.retry}
        </button>
      )}
    </div>
  )
}

interface PanelStateProps<T> {
  readonly loaded: Loaded<T>
  readonly children: (data: T) => ReactNode
}

/** Loading, failed, or what was read; what was read stays on the screen while it is read again. */
export function PanelState<T>({ loaded, children }: PanelStateProps<T>) {
  const { common } = useWords()
  const { data, error, reload } = loaded
  if (data !== undefined) {
    return (
      <>
        {error !== undefined && <Failure error={error} retry={reload} />}
        {children(data)}
      </>
    )
  }
  if (error !== undefined) return <Failure error={error} retry={reload} />
  return <p className="quiet loading">{common.loading}</p>
}
