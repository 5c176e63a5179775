import type { Work } from '../../../schemas/workflow.ts'
import type { WholeAlert } from '../alert/whole-alert.ts'
import { useWords } from '../app/language.tsx'
import { formatTime, formatYuan, lastDay } from '../parts/format.ts'
import { Section } from '../parts/section.tsx'
import { ActionBar } from './action-bar.tsx'
import { CaseLink } from './case-link.tsx'
import { Holds } from './holds.tsx'

interface WorkPanelProps {
  readonly alert: WholeAlert
  readonly onChanged: () => void
}

/** How the item stands, and what may be done with it now. */
export function WorkPanel({ alert, onChanged }: WorkPanelProps) {
  const { work } = useWords()
  if (!alert.work) {
    return (
      <Section title={work.title}>
        <p className="quiet" data-testid="absent">
          {work.no_workflow}
        </p>
      </Section>
    )
  }
  return (
    <Section title={work.title} className="work" testId="work">
      <Standing work={alert.work} />
      <ActionBar alert={alert} work={alert.work} onChanged={onChanged} />
      <CaseLink alert={alert} work={alert.work} onChanged={onChanged} />
      <Measures work={alert.work} />
      <Holds holds={alert.work.holds} />
    </Section>
  )
}

function Standing({ work: one }: { work: Work }) {
  const { work, common } = useWords()
  return (
    <div className="standing">
      <span className={`state big state-${one.state}`}>{common.states[one.state]}</span>
      <span data-testid="owner">
        {one.claimed_by && one.claimed_until
          ? work.claimed_until(one.claimed_by, formatTime(one.claimed_until).slice(11, 16))
          : one.owner || one.assignee || work.owner_none}
      </span>
      {one.due && (
        <span className={one.overdue ? 'tag alarm' : 'quiet'}>
          {one.overdue && `${work.overdue} · `}
          {work.due_at(lastDay(one.due))}
          {one.on_due === 'CONFIRMED' && ` · ${work.deemed}`}
        </span>
      )}
      {one.ground_voided && <span className="tag alarm">{work.ground_voided}</span>}
      {one.pending && (
        <span className="tag" data-testid="pending">
          {work.actions[one.pending.action] ?? one.pending.action} · {one.pending.by} · {work.pending_second}
        </span>
      )}
      {one.first_reviewer && (
        <span className="quiet">
          {work.first_reviewer} {one.first_reviewer}
        </span>
      )}
      {one.second_reviewer && (
        <span className="quiet">
          {work.second_reviewer} {one.second_reviewer}
        </span>
      )}
      {one.votes.length > 0 && (
        <span className="quiet">
          {work.panel} {one.votes.map(({ person, vote }) => `${person}: ${work.votes[vote] ?? vote}`).join(' · ')}
        </span>
      )}
    </div>
  )
}

function Measures({ work: { measures } }: { work: Work }) {
  const { work } = useWords()
  if (measures.length === 0) return null
  return (
    <ul className="measures">
      {measures.map(({ measure_id, code, amount, due, executed, executed_by }) => (
        <li key={measure_id}>
          <span className="tag">{executed ? work.executed : work.not_executed}</span> {work.measures[code] ?? code}{' '}
          {amount !== undefined && <strong>{formatYuan(amount)}</strong>}{' '}
          <span className="quiet">
            {due && work.due_at(due)} {executed && `${executed_by} · ${formatTime(executed)}`}
          </span>
        </li>
      ))}
    </ul>
  )
}
