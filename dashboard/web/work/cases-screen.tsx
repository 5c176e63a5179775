import { useState } from 'react'
import type { CaseRow } from '../../../schemas/workflow.ts'
import { queryOf } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { Link } from '../app/navigation.tsx'
import { ExportButton } from '../parts/export-button.tsx'
import { formatTime, formatYuan, lastDay } from '../parts/format.ts'
import { Screen } from '../parts/screen.tsx'
import { Severity } from '../parts/severity.tsx'
import { Subject } from '../parts/subject.tsx'
import { TablePanel } from '../parts/table-panel.tsx'
import { usePages } from '../parts/use-pages.ts'

/** Cases: the alerts of one subject, gathered. */
export function CasesScreen() {
  const { work, app, common } = useWords()
  const [openOnly, setOpenOnly] = useState(true)
  const pages = usePages<CaseRow>(`/cases${queryOf({ open: openOnly || undefined })}`)
  return (
    <Screen
      title={app.cases}
      className="page"
      tools={
        <div className="bar">
          <label className="check">
            <input type="checkbox" checked={openOnly} onChange={({ target }) => setOpenOnly(target.checked)} />
            {work.case_open_only}
          </label>
          <span className="spring" />
          <ExportButton list="cases" filter={{ open: openOnly || undefined }} />
        </div>
      }
    >
      <TablePanel
        label={app.cases}
        testId="cases"
        loaded={pages}
        empty={work.no_cases(openOnly)}
        keyOf={({ case_id }) => case_id}
        columns={[
          { head: common.level, cell: ({ severity }) => <Severity level={severity} /> },
          {
            head: work.case,
            kind: 'text',
            cell: ({ case_id, title }) => (
              <Link to={`/cases/${case_id}`}>
                {title} <span className="code">{case_id}</span>
              </Link>
            ),
          },
          {
            head: work.case_subject,
            cell: ({ subject_type, subject_id }) => <Subject type={subject_type} id={subject_id} />,
          },
          { head: work.case_alerts, kind: 'number', cell: ({ alerts }) => alerts },
          { head: work.case_settlements, kind: 'number', cell: ({ settlements }) => settlements },
          { head: work.case_money, kind: 'number', cell: ({ recoverable_amt }) => formatYuan(recoverable_amt) },
          { head: common.owner, cell: ({ owner }) => owner },
          { head: work.case_opened, cell: ({ opened }) => formatTime(opened).slice(0, 16) },
          { head: work.due, cell: ({ due }) => due && lastDay(due) },
          {
            head: common.status,
            cell: ({ open }) => <span className="tag">{open ? work.case_state_open : work.case_state_closed}</span>,
          },
        ]}
      />
    </Screen>
  )
}
