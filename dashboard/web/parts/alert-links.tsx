import type { AlertSummary } from '../../../schemas/wire.ts'
import { useSpeech } from '../app/language.tsx'
import { Link } from '../app/navigation.tsx'
import { useCatalogue } from '../rules/use-catalogue.tsx'
import { formatShortTime, formatYuan } from './format.ts'
import { Severity } from './severity.tsx'
import { whyOf } from './why.ts'

/** Alerts as a short list, each leading to its page. */
export function AlertLinks({ rows, testId }: { rows: readonly AlertSummary[]; testId?: string }) {
  const { words, language } = useSpeech()
  const { common } = words
  const { titleOf } = useCatalogue()
  return (
    <ul className="alert-links" data-testid={testId}>
      {rows.map((row) => (
        <li key={row.alert_id}>
          <Link to={`/alerts/${row.alert_id}`}>
            <Severity level={row.severity} />
            <span className="title">
              {row.status === 'retracted' && <span className="tag">{common.retracted}</span>}
              <span className="name">{titleOf(row.detector_id, row.title)}</span> <span className="code">{row.detector_id}</span>
            </span>
            <span className="why">{whyOf(row, language)}</span>
            <span className="where code">{row.fixmedins_code}</span>
            <time dateTime={row.event_time}>{formatShortTime(row.event_time)}</time>
            <span className="amount">{formatYuan(row.vola_amt)}</span>
            <span className={`state state-${row.state}`}>{common.states[row.state]}</span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
