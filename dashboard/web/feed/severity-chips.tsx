import type { Counts } from '../../../schemas/wire.ts'
import { useWords } from '../app/language.tsx'
import { formatCount } from '../parts/format.ts'
import { Severity } from '../parts/severity.tsx'

interface SeverityChipsProps {
  readonly chosen: readonly number[]
  readonly counts: Counts | undefined
  readonly onToggle: (severity: number) => void
}

/** How many alerts are open, by severity; each is also a filter. */
export function SeverityChips({ chosen, counts, onToggle }: SeverityChipsProps) {
  const { feed } = useWords()
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would need a visible legend.
    <div className="chips" role="group" aria-label={feed.filter_severity}>
      {[1, 2, 3, 4].map((severity) => (
        <button
          key={severity}
          type="button"
          className="chip"
          aria-pressed={chosen.includes(severity)}
          data-testid={`severity-${severity}`}
          onClick={() => onToggle(severity)}
        >
          <Severity level={severity} />
          <span className="number" data-testid={`count-${severity}`}>
            {counts ? formatCount(counts.by_severity[severity] ?? 0) : '–'}
          </span>
        </button>
      ))}
    </div>
  )
}
