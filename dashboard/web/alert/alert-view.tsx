import { useSpeech } from '../app/language.tsx'
import { Presence } from '../feed/presence.tsx'
import { formatTime, formatYuan } from '../parts/format.ts'
import { Section } from '../parts/section.tsx'
import { Severity } from '../parts/severity.tsx'
import { useCatalogue } from '../rules/use-catalogue.tsx'
import { History } from '../work/history.tsx'
import { InstitutionSaid } from '../work/institution-said.tsx'
import { WorkPanel } from '../work/work-panel.tsx'
import { Evidence } from './evidence.tsx'
import { Facts } from './facts.tsx'
import { Law } from './law.tsx'
import { Lines } from './lines.tsx'
import { OtherAlerts } from './other-alerts.tsx'
import { Parameters } from './parameters.tsx'
import { pictureOf } from './pictures/picture.tsx'
import { Precision } from './precision.tsx'
import { Revisions } from './revisions.tsx'
import type { WholeAlert } from './whole-alert.ts'

interface AlertViewProps {
  readonly alert: WholeAlert
  readonly onChanged: () => void
  /** The page already says what kind of alert it is. */
  readonly titled?: boolean
}

/** Everything that a decision about one alert rests on: what happened, why it matters, by which law, and what was done. */
export function AlertView({ alert, onChanged, titled = false }: AlertViewProps) {
  const { words, language } = useSpeech()
  const { titleOf } = useCatalogue()
  const picture = pictureOf(alert)
  return (
    <article className="alert-view" data-testid="detail" data-id={alert.alert_id}>
      <header className="alert-head">
        <Severity level={alert.severity} />
        {!titled && <h2>{titleOf(alert.detector_id, alert.title)}</h2>}
        <span className={`state state-${alert.state}`} data-testid="state">
          {words.common.states[alert.state]}
        </span>
        <span className="quiet">
          {words.common.result[alert.result_type]} · <span className="code">{alert.detector_id}</span>{' '}
          {words.alert.rule_version(alert.detector_version)} · {formatTime(alert.event_time)}
        </span>
        <Presence id={alert.alert_id} />
      </header>
      {alert.status === 'retracted' && <Retraction alert={alert} />}
      <div className="alert-columns">
        <div className="alert-top">
          <Section title={words.alert.why} className="why-section">
            <p className="sentence" data-testid="sentence">
              {alert.explanation[language]}
            </p>
            {picture}
          </Section>
          <Figures alert={alert} />
          <Law alert={alert} />
        </div>
        <div className="alert-aside">
          <div className="alert-work">
            <WorkPanel alert={alert} onChanged={onChanged} />
            <InstitutionSaid work={alert.work} />
          </div>
          <div className="alert-side">
            <OtherAlerts alert={alert} />
            <Precision detectorId={alert.detector_id} />
            <Facts alert={alert} />
            <History work={alert.work} />
            <Revisions alert={alert} />
          </div>
        </div>
        <div className="alert-rest">
          <Parameters alert={alert} />
          <Lines alert={alert} />
          <Section title={words.alert.evidence}>
            <Evidence evidence={alert.evidence} detector={alert.detector_id} />
          </Section>
        </div>
      </div>
    </article>
  )
}

function Retraction({ alert: { retract_reason } }: { alert: WholeAlert }) {
  const { alert, common } = useSpeech().words
  return (
    <p className="retraction" data-testid="retracted">
      <strong>{common.retracted}</strong>
      {retract_reason && ` · ${alert.retract_reason}: ${alert.retract_reasons[retract_reason] ?? retract_reason}`}
    </p>
  )
}

function Figures({ alert: { vola_amt, count, risk_score, risk_parts } }: { alert: WholeAlert }) {
  const { alert, common } = useSpeech().words
  const parts = Object.entries(risk_parts).map(([name, points]) => `${alert.risk_parts[name] ?? name} ${points}`)
  return (
    <dl className="figures">
      <div>
        <dt>{common.money_at_risk}</dt>
        <dd>{formatYuan(vola_amt)}</dd>
      </div>
      <div>
        <dt>{alert.hits}</dt>
        <dd>{count}</dd>
      </div>
      <div>
        <dt>{alert.score}</dt>
        <dd>
          {risk_score}
          {parts.length > 0 && <small>{parts.join(' + ')}</small>}
        </dd>
      </div>
    </dl>
  )
}
