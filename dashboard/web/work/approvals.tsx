import { useState } from 'react'
import type { BulkWaiting, Unmasking } from '../../../schemas/workflow.ts'
import { client } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { useMe } from '../app/session.tsx'
import { useLoad } from '../app/use-load.ts'
import { formatTime } from '../parts/format.ts'
import { Failure } from '../parts/panel-state.tsx'
import { TablePanel } from '../parts/table-panel.tsx'

/** What one person has asked for and a second one must agree to. */
interface Waiting {
  readonly path: string
  readonly what: string
  readonly why: string
  readonly by: string
  readonly at: string
}

/** Requests of colleagues: bulk actions on very many alerts, looks at very many persons. Nobody agrees to his own. */
export function Approvals() {
  const { work, common } = useWords()
  const { username } = useMe()
  const [error, setError] = useState<unknown>()
  const loaded = useLoad('approvals', async () => {
    const [bulks, looks] = await Promise.all([
      client.get<{ rows: BulkWaiting[] }>('/alerts/actions'),
      client.get<{ rows: Unmasking[] }>('/unmaskings'),
    ])
    const rows: Waiting[] = [
      ...bulks.rows.map(({ bulk_id, action, alerts, reason, note, requested_by, requested }) => ({
        path: `/alerts/actions/${bulk_id}/approve`,
        what: work.bulk_title(work.actions[action] ?? action, alerts),
        why: [work.dismissal[reason] ?? reason, note].filter(Boolean).join(' · '),
        by: requested_by,
        at: requested,
      })),
      ...looks.rows.map(({ unmasking_id, persons, reason, requested_by, requested }) => ({
        path: `/unmaskings/${unmasking_id}/approve`,
        what: work.look_at(persons),
        why: reason,
        by: requested_by,
        at: requested,
      })),
    ]
    return { rows }
  })
  const agree = async (path: string) => {
    setError(undefined)
    await client.post(path).catch(setError)
    loaded.reload()
  }
  return (
    <>
      {error !== undefined && <Failure error={error} />}
      <TablePanel
        loaded={loaded}
        empty={work.no_approvals}
        label={work.todo_approve}
        testId="approvals"
        keyOf={({ path }) => path}
        columns={[
          { head: common.title, cell: ({ what }) => what },
          { head: common.reason, kind: 'text', cell: ({ why }) => why },
          { head: work.requested_by, cell: ({ by }) => by },
          { head: common.time, cell: ({ at }) => formatTime(at).slice(0, 16) },
          {
            head: common.status,
            cell: ({ path, by }) =>
              by === username ? (
                <span className="quiet">{work.pending_second}</span>
              ) : (
                <button type="button" className="button small" data-testid="approve" onClick={() => void agree(path)}>
                  {work.approve}
                </button>
              ),
          },
        ]}
      />
    </>
  )
}
