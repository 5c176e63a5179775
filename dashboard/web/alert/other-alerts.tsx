import type { AlertSummary } from '../../../schemas/wire.ts'
import { client } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { useLoad } from '../app/use-load.ts'
import { AlertLinks } from '../parts/alert-links.tsx'
import { PanelState } from '../parts/panel-state.tsx'
import { Section } from '../parts/section.tsx'
import type { WholeAlert } from './whole-alert.ts'

const SHOWN = 8

/** What else is known about the same subject. */
export function OtherAlerts({ alert: one }: { alert: WholeAlert }) {
  const { alert, common } = useWords()
  const loaded = useLoad(`others ${one.alert_id}`, () =>
    client.get<{ rows: AlertSummary[]; total?: { value: number } }>(
      `/alerts?subject_of=${one.alert_id}&limit=${SHOWN + 1}&sort=-event_time&total=true`,
    ),
  )
  return (
    <Section title={alert.others} testId="others">
      <PanelState loaded={loaded}>
        {({ rows, total }) => {
          const others = rows.filter(({ alert_id }) => alert_id !== one.alert_id).slice(0, SHOWN)
          if (others.length === 0) return <p className="quiet">{alert.no_others}</p>
          return (
            <>
              <AlertLinks rows={others} />
              {total && total.value - 1 > others.length && <p className="quiet">{common.total(String(total.value - 1))}</p>}
            </>
          )
        }}
      </PanelState>
    </Section>
  )
}
