import { useState } from 'react'
import type { BulkDone, BulkReview } from '../../../schemas/workflow.ts'
import { client, codeOf } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { useLoad } from '../app/use-load.ts'
import { Dialog } from '../parts/dialog.tsx'
import { formatYuan } from '../parts/format.ts'
import { Failure, PanelState } from '../parts/panel-state.tsx'
import { BulkRegions } from './bulk-regions.tsx'

interface BulkReviewProps {
  readonly bulkId: string
  readonly title: string
  readonly onClose: (done: boolean) => void
}

/** What a second person looks at before a colleague's bulk action happens: where, how many, how much, and what has changed since. */
export function BulkReviewDialog({ bulkId, title, onClose }: BulkReviewProps) {
  const { work } = useWords()
  const loaded = useLoad(`bulk ${bulkId}`, () => client.get<BulkReview>(`/alerts/actions/${bulkId}`))
  const [done, setDone] = useState<BulkDone>()
  const [error, setError] = useState<unknown>()
  const approve = async ({ stamp }: BulkReview) => {
    setError(undefined)
    try {
      setDone(await client.post<BulkDone>(`/alerts/actions/${bulkId}/approve`, { stamp }))
    } catch (refusal) {
      setError(refusal)
      if (codeOf(refusal) === 'BULK_CHANGED') loaded.reload()
    }
  }
  const close = () => onClose(done !== undefined)
  return (
    <Dialog title={title} onClose={close} testId="bulk-review" wide>
      <div className="stack">
        {done ? (
          <p role="status" data-testid="bulk-done">
            {work.bulk_done}: {done.ok.length} · {formatYuan(done.vola_amt)}
          </p>
        ) : (
          <PanelState loaded={loaded}>{(review) => <Review review={review} onApprove={() => void approve(review)} />}</PanelState>
        )}
        {error !== undefined && <Failure error={error} />}
        {done && <Foot onClose={close} />}
      </div>
    </Dialog>
  )
}

function Review({ review, onApprove }: { review: BulkReview; onApprove: () => void }) {
  const { work } = useWords()
  const { requested_by, reason, note, asked, now, conflict, failed } = review
  const count = now.reduce((sum, { alerts }) => sum + alerts, 0)
  const why = [work.dismissal[reason] ?? reason, note].filter(Boolean).join(' · ')
  return (
    <>
      <dl className="facts">
        <dt>{work.requested_by}</dt>
        <dd>{requested_by}</dd>
        <dt>{work.reason}</dt>
        <dd>{why}</dd>
        <dt>{work.bulk_conflict}</dt>
        <dd>{conflict}</dd>
        <dt>{work.bulk_failed}</dt>
        <dd>{failed}</dd>
      </dl>
      <BulkRegions asked={asked} now={now} />
      <div className="dialog-foot">
        <button type="button" className="button primary" data-testid="submit" disabled={count === 0} onClick={onApprove}>
          {work.bulk_approve(count)}
        </button>
      </div>
    </>
  )
}

function Foot({ onClose }: { onClose: () => void }) {
  const { common } = useWords()
  return (
    <div className="dialog-foot">
      <button type="button" className="button" onClick={onClose}>
        {common.close}
      </button>
    </div>
  )
}
