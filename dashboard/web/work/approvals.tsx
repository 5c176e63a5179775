import { useState } from 'react'
import type { BulkWaiting, Unmasking } from '../../../schemas/workflow.ts'
import { client } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { useMe } from '../app/session.tsx'
import { useLoad } from '../app/use-load.ts'
import { useLive } from '../feed/live-context.tsx'
import { formatTime } from '../parts/format.ts'
import { Failure } from '../parts/panel-state.tsx'
import { TablePanel } from '../parts/table-panel.tsx'
import { BulkReviewDialog } from './bulk-review.tsx'

/** What one person has asked for and a second one must agree to. */
interface Waiting {
  readonly id: string
  readonly kind: 'bulk' | 'look'
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
  const [reviewed, setReviewed] = useState<Waiting>()
  // Each word of something that waits, or is done, reads the list anew.
  const { jobVersion } = useLive()
  const loaded = useLoad(`approvals ${jobVersion}`, async () => {
    const [bulks, looks] = await Promise.all([
      client.get<{ rows: BulkWaiting[] }>('/alerts/actions'),
      client.get<{ rows: Unmasking[] }>('/unmaskings'),
    ])
    const rows: Waiting[] = [
      ...bulks.rows.map(({ bulk_id, action, alerts, reason, note, requested_by, requested }) => ({
        id: bulk_id,
        kind: 'bulk' as const,
        what: work.bulk_title(work.actions[action] ?? action, alerts),
        why: [work.dismissal[reason] ?? reason, note].filter(Boolean).join(' · '),
        by: requested_by,
        at: requested,
      })),
      ...looks.rows.map(({ unmasking_id, persons, reason, requested_by, requested }) => ({
        id: unmasking_id,
        kind: 'look' as const,
        what: work.look_at(persons),
        why: reason,
        by: requested_by,
        at: requested,
      })),
    ]
    return { rows }
  })
  /** A bulk action is looked at first; a look at persons is what it says. */
  const agree = async (waiting: Waiting) => {
    setError(undefined)
    if (waiting.kind === 'bulk') return setReviewed(waiting)
    await client.post(`/unmaskings/${waiting.id}/approve`).catch(setError)
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
        keyOf={({ id }) => id}
        columns={[
          { head: common.title, cell: ({ what }) => what },
          { head: common.reason, kind: 'text', cell: ({ why }) => why },
          { head: work.requested_by, cell: ({ by }) => by },
          { head: common.time, cell: ({ at }) => formatTime(at).slice(0, 16) },
          {
            head: common.status,
            cell: (waiting) =>
              waiting.by === username ? (
                <span className="quiet">{work.pending_second}</span>
              ) : (
                <button type="button" className="button small" data-testid="approve" onClick={() => void agree(waiting)}>
                  {waiting.kind === 'bulk' ? work.bulk_look : work.approve}
                </button>
              ),
          },
        ]}
      />
      {reviewed && (
        <BulkReviewDialog
          bulkId={reviewed.id}
          title={reviewed.what}
          onClose={(done) => {
            setReviewed(undefined)
            if (done) loaded.reload()
          }}
        />
      )}
    </>
  )
}
