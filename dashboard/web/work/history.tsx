import type { HistoryEntry, Work } from '../../../schemas/workflow.ts'
import { useWords } from '../app/language.tsx'
import { formatTime } from '../parts/format.ts'
import { Section } from '../parts/section.tsx'

/** Who did what with the item, newest first. */
export function History({ work: one }: { work: Work | undefined }) {
  const { work } = useWords()
  if (!one) return null
  return (
    <Section title={work.history}>
      <HistoryList entries={one.history} />
    </Section>
  )
}

export function HistoryList({ entries }: { entries: readonly HistoryEntry[] }) {
  const { work, common } = useWords()
  if (entries.length === 0) return <p className="quiet">{work.no_history}</p>
  return (
    <ol className="history" data-testid="history">
      {entries.map(({ n, at, actor, action, from, to, reason, note }) => (
        <li key={n}>
          <time dateTime={at}>{formatTime(at)}</time>
          <span>
            <strong>{actor === 'system' ? work.system : actor}</strong> {work.actions[action] ?? action}
            {from && to && from !== to && (
              <span className="quiet">
                {' '}
                {common.states[from]} → {common.states[to]}
              </span>
            )}
            {(reason || note) && (
              <span className="note">
                {work.dismissal[reason] ? `${reason} ${work.dismissal[reason]}` : reason} {note}
              </span>
            )}
          </span>
        </li>
      ))}
    </ol>
  )
}
