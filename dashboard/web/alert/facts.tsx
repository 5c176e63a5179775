import { useWords } from '../app/language.tsx'
import { Link } from '../app/navigation.tsx'
import { formatTime } from '../parts/format.ts'
import { Section } from '../parts/section.tsx'
import { entityPath } from '../records/entity-path.ts'
import { InstitutionLink } from '../records/institution-names.tsx'
import { Unmask } from './unmask.tsx'
import type { WholeAlert } from './whole-alert.ts'

/** Who and when. */
export function Facts({ alert: one }: { alert: WholeAlert }) {
  const { alert, common } = useWords()
  const through = { alert: one.alert_id }
  return (
    <Section title={alert.facts} note={common.beijing_time}>
      <dl className="facts">
        <dt>
          {alert.subject} ({common.subject[one.subject_type]})
        </dt>
        <dd>
          {one.subject_type === 'institution' ? (
            <InstitutionLink code={one.subject_id} />
          ) : (
            <Link className="code" to={entityPath(one.subject_type, one.subject_id, through)}>
              {one.subject_id}
            </Link>
          )}
        </dd>
        {one.fixmedins_code && one.subject_type !== 'institution' && (
          <>
            <dt>{common.institution}</dt>
            <dd>
              <InstitutionLink code={one.fixmedins_code} />
            </dd>
          </>
        )}
        {one.psn_no && (
          <>
            <dt>{common.person}</dt>
            <dd>
              <Link className="code" to={entityPath('person', one.psn_no, through)}>
                {one.psn_no}
              </Link>{' '}
              <Unmask alertId={one.alert_id} />
            </dd>
          </>
        )}
        <Fact name={alert.place} value={one.admdvs} />
        <Fact name={alert.insured_at} value={one.insu_admdvs} />
        <Fact name={common.event_time} value={formatTime(one.event_time)} />
        <Fact name={alert.detected_at} value={formatTime(one.detected_at)} />
        <Fact name={alert.seen} value={`${formatTime(one.first_seen)} / ${formatTime(one.last_seen)}`} />
      </dl>
    </Section>
  )
}

function Fact({ name, value }: { name: string; value: string }) {
  if (!value) return null
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  )
}
