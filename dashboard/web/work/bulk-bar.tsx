import { useState } from 'react'
import type { AlertSummary } from '../../../schemas/wire.ts'
import type { BulkAction } from '../../../schemas/workflow.ts'
import { useWords } from '../app/language.tsx'
import { isHandler } from '../app/me.ts'
import { useMe } from '../app/session.tsx'
import { formatYuan } from '../parts/format.ts'
import { BulkDialog } from './bulk-dialog.tsx'

const BULK: readonly BulkAction['action'][] = ['claim', 'dismiss', 'hold', 'assign', 'release', 'note']

/** What can be done with all selected alerts at once. */
export function BulkBar({ rows, onClear }: { rows: readonly AlertSummary[]; onClear: () => void }) {
  const { feed, work } = useWords()
  const me = useMe()
  const [asked, setAsked] = useState<BulkAction['action']>()
  const money = rows.reduce((sum, { vola_amt }) => sum + Math.round(vola_amt * 100), 0) / 100
  return (
    <div className="bulk" role="toolbar" aria-label={feed.select} data-testid="bulk">
      <span role="status">{feed.selected(rows.length, formatYuan(money))}</span>
      {isHandler(me) &&
        BULK.map((action) => (
          <button
            key={action}
            type="button"
            className="button small"
            data-testid={`bulk-${action}`}
            onClick={() => setAsked(action)}
          >
            {work.actions[action]}
          </button>
        ))}
      <button type="button" className="link" onClick={onClear}>
        {feed.clear_selection}
      </button>
      {asked && (
        <BulkDialog
          action={asked}
          rows={rows}
          onClose={(done) => {
            setAsked(undefined)
            if (done) onClear()
          }}
        />
      )}
    </div>
  )
}
