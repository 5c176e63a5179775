import { useState } from 'react'
import { HOLD_STATES } from '../../../schemas/workflow/words.ts'
import type { Hold } from '../../../schemas/workflow.ts'
import { queryOf } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { Link } from '../app/navigation.tsx'
import { formatTime, formatYuan, lastDay } from '../parts/format.ts'
import { Screen } from '../parts/screen.tsx'
import { TablePanel } from '../parts/table-panel.tsx'
import { usePages } from '../parts/use-pages.ts'
import { InstitutionLink } from '../records/institution-names.tsx'

const STATES = ['', ...HOLD_STATES] as const
const OLD_DAYS = 30

/** Money that is not paid out for now: how much, since when, and until when. */
export function HoldsScreen() {
  const { work, app, common } = useWords()
  const [state, setState] = useState<(typeof STATES)[number]>('HELD')
  const [old, setOld] = useState(false)
  const pages = usePages<Hold>(`/holds${queryOf({ state, older_than_days: old ? OLD_DAYS : undefined })}`)
  return (
    <Screen
      title={app.holds}
      className="page"
      tools={
        <div className="bar">
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would need a visible legend. */}
          <div className="segments" role="group" aria-label={common.status}>
            {STATES.map((one) => (
              <button key={one} type="button" aria-pressed={state === one} onClick={() => setState(one)}>
                {one === '' ? common.all : work.hold_states[one]}
              </button>
            ))}
          </div>
          <label className="check">
            <input type="checkbox" checked={old} onChange={({ target }) => setOld(target.checked)} />
            {work.hold_old}
          </label>
        </div>
      }
    >
      <TablePanel
        label={app.holds}
        testId="holds-list"
        loaded={pages}
        empty={work.no_holds}
        keyOf={({ hold_id }) => hold_id}
        columns={[
          { head: common.status, cell: (row) => <span className="tag">{work.hold_states[row.state]}</span> },
          {
            head: common.settlement,
            cell: ({ setl_id }) => (
              <Link className="code" to={`/settlements/${setl_id}`}>
                {setl_id}
              </Link>
            ),
          },
          { head: common.institution, cell: ({ fixmedins_code }) => <InstitutionLink code={fixmedins_code} /> },
          { head: common.amount, kind: 'number', cell: ({ amt }) => formatYuan(amt) },
          {
            head: common.detector,
            cell: ({ alert_id, reason_rule, automatic }) => (
              <>
                <Link className="code" to={`/alerts/${alert_id}`}>
                  {reason_rule}
                </Link>{' '}
                {automatic && <span className="tag">{work.hold_automatic}</span>}
              </>
            ),
          },
          { head: work.hold_month, cell: ({ month }) => month },
          {
            head: work.hold_since,
            cell: ({ since, age_days }) => (
              <>
                {formatTime(since).slice(0, 10)}{' '}
                <span className={age_days > OLD_DAYS ? 'tag alarm' : 'quiet'}>{work.hold_age(age_days)}</span>
              </>
            ),
          },
          { head: work.hold_confirm_by, cell: ({ confirm_by }) => confirm_by && lastDay(confirm_by) },
          { head: work.hold_expires, cell: ({ expires }) => expires && formatTime(expires).slice(0, 10) },
          { head: work.hold_requested, cell: (row) => row.release_requested_by || row.requested_by || work.system },
        ]}
      />
    </Screen>
  )
}
