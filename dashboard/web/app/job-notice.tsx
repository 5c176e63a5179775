import { useLive } from '../feed/live-context.tsx'
import { useWords } from './language.tsx'
import { Link } from './navigation.tsx'

/** What waits for a second person, or what became of one's own request, until it is looked at or put away. */
export function JobNotice() {
  const { app, common } = useWords()
  const { job, forgetJob } = useLive()
  const said = app.jobs[job]
  if (!said) return null
  return (
    <p className="notice job" role="status" data-testid="job">
      <Link to="/todo?list=todo_approve" onClick={forgetJob}>
        {said}
      </Link>
      <button type="button" className="icon" aria-label={common.close} onClick={forgetJob}>
        ✕
      </button>
    </p>
  )
}
