import type { Work } from '../../../schemas/workflow.ts'
import { useWords } from '../app/language.tsx'
import { formatTime } from '../parts/format.ts'
import { Section } from '../parts/section.tsx'

const HEARD: ReadonlySet<string> = new Set(['appeal', 'reappeal'])

/** The statements of the institution, as they were entered. */
export function InstitutionSaid({ work }: { work: Work | undefined }) {
  const { alert } = useWords()
  if (!work) return null
  const statements = work.history.filter(({ action }) => HEARD.has(action))
  return (
    <Section title={alert.institution_said}>
      {statements.length === 0 && <p className="quiet">{alert.institution_silent}</p>}
      {statements.map(({ n, at, note, detail }) => (
        <blockquote key={n}>
          {typeof detail.statement === 'string' ? detail.statement : note}
          <small> {formatTime(at)}</small>
        </blockquote>
      ))}
    </Section>
  )
}
