import type { Hold } from '../../../schemas/workflow.ts'
import { EntityLink } from '../alert/entity-link.tsx'
import { useWords } from '../app/language.tsx'
import { formatTime, formatYuan } from '../parts/format.ts'

const ACTIVE: readonly Hold['state'][] = ['REQUESTED', 'HELD']

/** Money of the item that is not paid out for now. */
export function Holds({ holds }: { holds: readonly Hold[] }) {
  const { work } = useWords()
  if (holds.length === 0) return null
  return (
    <div className="holds" data-testid="holds">
      <strong>{work.holds}</strong>
      <ul>
        {holds.map(({ hold_id, setl_id, amt, state, since, age_days, expires }) => (
          <li key={hold_id}>
            <span className="tag">{work.hold_states[state] ?? state}</span> <EntityLink type="settlement" id={setl_id} />{' '}
            <strong>{formatYuan(amt)}</strong>{' '}
            <span className="quiet">
              {formatTime(since).slice(0, 10)} · {work.hold_age(age_days)}
              {expires && ACTIVE.includes(state) && ` · ${work.hold_expires} ${formatTime(expires).slice(0, 10)}`}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}
