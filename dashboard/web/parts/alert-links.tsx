import type { AlertSummary } from '../../../schemas/wire.ts'
import { useSpeech, useWords } from '../app/language.tsx'
import { Link } from '../app/navigation.tsx'
import { InstitutionName } from '../records/institution-names.tsx'
import { useCatalogue } from '../rules/use-catalogue.tsx'
import { Amount } from './amount.tsx'
import { formatMinute } from './format.ts'
import { Severity } from './severity.tsx'
import { Term } from './term.tsx'
import { whyOf } from './why.ts'

interface AlertLinksProps {
  readonly rows: readonly AlertSummary[]
  readonly testId?: string
  /** With heads over the columns, for a list that is a page of its own. */
  readonly headed?: boolean
}

/** Alerts as a short list, each leading to its page. */
export function AlertLinks({ rows, testId, headed = false }: AlertLinksProps) {
  const { words, language } = useSpeech()
  const { common } = words
  const { titleOf } = useCatalogue()
  return (
    <div className="alert-links">
      {headed && <Head />}
      <ul data-testid={testId}>
        {rows.map((row) => (
          <li key={row.alert_id}>
            <Link to={`/alerts/${row.alert_id}`}>
              <Severity level={row.severity} />
              <span className="title">
                {row.status === 'retracted' && <span className="tag">{common.retracted}</span>}
                <span className="name">{titleOf(row.detector_id, row.title)}</span>{' '}
                <span className="code">{row.detector_id}</span>
              </span>
              <span className="why">{whyOf(row, language)}</span>
              <span className="where">
                <InstitutionName code={row.fixmedins_code} />
              </span>
              <time dateTime={row.event_time}>{formatMinute(row.event_time)}</time>
              <Amount yuan={row.vola_amt} />
              <span className="stands">
                <span className={`state state-${row.state}`}>{common.states[row.state]}</span> <Term due={row.due} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Head() {
  const { common, alert } = useWords()
  return (
    <div className="head" aria-hidden="true">
      <span>{common.level}</span>
      <span className="title">{common.detector}</span>
      <span className="why">{alert.why}</span>
      <span className="where">{common.institution}</span>
      <span>{common.event_time}</span>
      <span className="amount">{common.money_at_risk}</span>
      <span>{common.state}</span>
    </div>
  )
}
