import { useEffect } from 'react'
import type { AlertGroup } from '../../../schemas/alert-group.ts'
import type { AlertFilter } from '../../../schemas/wire.ts'
import { client, queryOf } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { Link } from '../app/navigation.tsx'
import { useLoad } from '../app/use-load.ts'
import { formatCount, formatMinute, formatYuan } from '../parts/format.ts'
import { PanelState } from '../parts/panel-state.tsx'
import { Severity } from '../parts/severity.tsx'
import { SubjectTag } from '../parts/subject.tsx'
import { entityPath } from '../records/entity-path.ts'
import { InstitutionName } from '../records/institution-names.tsx'
import { useCatalogue } from '../rules/use-catalogue.tsx'
import type { Grouping } from './feed-address.ts'

const AGAIN_EVERY = 3_000

interface GroupListProps {
  readonly by: Exclude<Grouping, 'row'>
  readonly filter: AlertFilter
  readonly still: boolean
  readonly linkTo: (group: { by: 'detector' | 'institution'; key: string }) => string
}

/** The list folded: one line for each subject, detector or institution, with exact numbers; it counts again every few seconds. */
export function GroupList({ by, filter, still, linkTo }: GroupListProps) {
  const { feed, common } = useWords()
  const { titleOf } = useCatalogue()
  const query = queryOf({ ...filter, by })
  const loaded = useLoad(`groups${query}`, () => client.get<{ rows: AlertGroup[]; more: boolean }>(`/alerts/groups${query}`))
  const { reload } = loaded

  useEffect(() => {
    if (still) return
    const timer = setInterval(reload, AGAIN_EVERY)
    return () => clearInterval(timer)
  }, [still, reload])

  const targetOf = ({ key, subject_type, alert_id }: AlertGroup) =>
    by === 'subject' ? entityPath(subject_type, key, { alert: alert_id }) : linkTo({ by, key })

  return (
    <div className="scroller">
      <PanelState loaded={loaded}>
        {({ rows, more }) => (
          <>
            {rows.length === 0 && <p className="quiet foot">{feed.empty_filtered}</p>}
            {rows.length > 0 && (
              <div className="groups-head" aria-hidden="true">
                <span>{common.level}</span>
                <span>{feed.groups[by]}</span>
                <span>{feed.group_levels}</span>
                <span>{feed.group_latest}</span>
                <span className="number">{feed.group_open}</span>
                <span className="number">{common.money_at_risk}</span>
              </div>
            )}
            <ul className="groups" data-testid="groups">
              {rows.map((group) => (
                <li key={`${group.subject_type} ${group.key}`}>
                  <Link to={targetOf(group)}>
                    <Severity level={group.severity} />
                    <span className="title">
                      {by === 'subject' && <SubjectTag type={group.subject_type} />}
                      {by === 'detector' && <span className="name">{titleOf(group.key, '')} </span>}
                      <GroupKey by={by} group={group} />
                    </span>
                    <Levels counts={group.by_severity} />
                    <time dateTime={group.last_event_time}>{formatMinute(group.last_event_time)}</time>
                    <span className="number">{feed.group_count(formatCount(group.open))}</span>
                    <span className="number">{formatYuan(group.vola_amt)}</span>
                  </Link>
                </li>
              ))}
            </ul>
            <p className="quiet foot">
              {feed.group_exact}
              {more && ` · ${feed.groups_more(rows.length)}`}
            </p>
          </>
        )}
      </PanelState>
    </div>
  )
}

function GroupKey({ by, group: { key, subject_type } }: { by: GroupListProps['by']; group: AlertGroup }) {
  const { common } = useWords()
  const isInstitution = by === 'institution' || (by === 'subject' && subject_type === 'institution')
  if (isInstitution && key) return <InstitutionName code={key} coded />
  return <span className="code">{key || common.none}</span>
}

/** How the alerts of a group divide into severities. */
function Levels({ counts }: { counts: readonly number[] }) {
  return (
    <span className="levels">
      {counts.map(
        (count, index) =>
          count > 0 && (
            // biome-ignore lint/suspicious/noArrayIndexKey: the place is the severity.
            <span key={index} className="level-count">
              <Severity level={index + 1} short /> {formatCount(count)}
            </span>
          ),
      )}
    </span>
  )
}
