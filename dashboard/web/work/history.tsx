import type { HistoryEntry, Work } from '../../../schemas/workflow.ts'
import { useWords } from '../app/language.tsx'
import { formatTime, formatYuan } from '../parts/format.ts'
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
      {entries.map(({ n, at, actor, action, from, to, reason, note, detail }) => (
        <li key={n}>
          <time dateTime={at}>{formatTime(at)}</time>
          <span>
            <strong>{actor === 'system' ? work.system : actor}</strong> {work.actions[action] ?? action}{' '}
            <Details detail={detail} />
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

/** The record keeps amounts in fen. */
const money = (fen: number) => formatYuan(fen / 100)
const numberOf = (value: unknown) => (typeof value === 'number' ? value : undefined)
const listOf = (value: unknown) => (Array.isArray(value) ? (value as Readonly<Record<string, unknown>>[]) : [])

/** What was done in particular: how much was held or told, to whom it went, how was voted, what was ordered. */
function Details({ detail }: { detail: HistoryEntry['detail'] }) {
  const { work } = useWords()
  const { holds, amount, assignee, vote, measures } = detail
  const held = listOf(holds)
  const sum = held.reduce((total, hold) => total + (numberOf(hold.amt) ?? 0), 0)
  const parts = [
    held.length > 0 && `${work.hold_count(held.length)} ${money(sum)}`,
    typeof amount === 'number' && money(amount),
    typeof assignee === 'string' && `→ ${assignee}`,
    typeof vote === 'string' && (work.votes[vote] ?? vote),
    listOf(measures)
      .map(({ code }) => work.measures[String(code)] ?? String(code))
      .join(' · '),
  ]
  return <span>{parts.filter(Boolean).join(' · ')}</span>
}
