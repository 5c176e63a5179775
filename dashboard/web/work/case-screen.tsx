import { useState } from 'react'
import type { AlertSummary } from '../../../schemas/wire.ts'
import type { CaseRow, HistoryEntry } from '../../../schemas/workflow.ts'
import { client } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { isHandler } from '../app/me.ts'
import { Link } from '../app/navigation.tsx'
import { useMe } from '../app/session.tsx'
import { useLoad } from '../app/use-load.ts'
import { Presence } from '../feed/presence.tsx'
import { AlertLinks } from '../parts/alert-links.tsx'
import { formatTime, formatYuan, lastDay } from '../parts/format.ts'
import { PanelState } from '../parts/panel-state.tsx'
import { Screen } from '../parts/screen.tsx'
import { Section } from '../parts/section.tsx'
import { Severity } from '../parts/severity.tsx'
import { entityPath } from '../records/entity-path.ts'
import { DossierDialog } from './dossier-dialog.tsx'
import { HistoryList } from './history.tsx'

type WholeCase = CaseRow & { readonly rows: readonly AlertSummary[]; readonly history: readonly HistoryEntry[] }

/** One case: its alerts, its money counted once, what was done, and the dossier. */
export function CaseScreen({ id }: { id: string }) {
  const { work } = useWords()
  const me = useMe()
  const [taking, setTaking] = useState(false)
  const loaded = useLoad(`case ${id}`, () => client.get<WholeCase>(`/cases/${id}`))
  return (
    <Screen
      title={loaded.data?.title ?? `${work.case} ${id}`}
      className="page"
      tools={
        <div className="bar">
          <span className="code quiet">{id}</span>
          <span className="spring" />
          {isHandler(me) && (
            <button type="button" className="button small" data-testid="dossier" onClick={() => setTaking(true)}>
              {work.dossier_take}
            </button>
          )}
        </div>
      }
    >
      <PanelState loaded={loaded}>{(whole) => <Whole whole={whole} />}</PanelState>
      {taking && <DossierDialog caseId={id} onClose={() => setTaking(false)} />}
    </Screen>
  )
}

function Whole({ whole }: { whole: WholeCase }) {
  const { work, common } = useWords()
  const through = { alert: whole.rows[0]?.alert_id }
  return (
    <div data-testid="case">
      <div className="alert-head">
        <Severity level={whole.severity} />
        <span className="tag">{whole.open ? work.case_state_open : work.case_state_closed}</span>
        <span>
          {common.subject[whole.subject_type as 'person'] ?? whole.subject_type}{' '}
          <Link className="code" to={entityPath(whole.subject_type, whole.subject_id, through)}>
            {whole.subject_id}
          </Link>
        </span>
        <span className="quiet">
          {whole.owner ? `${common.owner} ${whole.owner}` : work.owner_none} ·{' '}
          {work.case_opened_by(formatTime(whole.opened).slice(0, 16), whole.opened_by)}
          {whole.due && ` · ${work.due_at(lastDay(whole.due))}`}
        </span>
        <Presence id={whole.case_id} />
      </div>
      <dl className="figures">
        <div>
          <dt>{work.case_money}</dt>
          <dd>{formatYuan(whole.recoverable_amt)}</dd>
        </div>
        <div>
          <dt>{work.case_alerts}</dt>
          <dd>{whole.alerts}</dd>
        </div>
        <div>
          <dt>{work.case_settlements}</dt>
          <dd>{whole.settlements}</dd>
        </div>
      </dl>
      <Section title={work.case_alerts}>
        <AlertLinks rows={whole.rows} testId="case-alerts" headed />
      </Section>
      <Section title={work.history}>
        <HistoryList entries={whole.history} />
      </Section>
    </div>
  )
}
