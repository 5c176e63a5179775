import { useState } from 'react'
import { useWords } from '../app/language.tsx'
import { formatTime, formatYuan } from '../parts/format.ts'
import { Section } from '../parts/section.tsx'
import { Table } from '../parts/table.tsx'
import type { WholeAlert } from './whole-alert.ts'

const SHOWN = 5

/** How the finding itself has changed. */
export function Revisions({ alert: { revisions } }: { alert: WholeAlert }) {
  const { alert, common } = useWords()
  const [all, setAll] = useState(false)
  return (
    <Section title={alert.revisions}>
      <Table
        label={alert.revisions}
        testId="revisions"
        rows={all ? revisions : revisions.slice(0, SHOWN)}
        keyOf={({ revision }) => String(revision)}
        columns={[
          { head: alert.revision, cell: ({ revision }) => revision },
          { head: common.time, cell: ({ detected_at }) => formatTime(detected_at) },
          { head: common.status, cell: ({ status }) => common.statuses[status] },
          { head: common.level, cell: ({ severity }) => common.severity[severity] },
          { head: common.amount, kind: 'number', cell: ({ vola_amt }) => formatYuan(vola_amt) },
          { head: common.count, kind: 'number', cell: ({ count }) => count },
        ]}
      />
      {!all && revisions.length > SHOWN && (
        <button type="button" className="link" onClick={() => setAll(true)}>
          {alert.revisions_all(revisions.length)}
        </button>
      )}
    </Section>
  )
}
