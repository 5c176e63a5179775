import { useState } from 'react'
import type { ExceptionOrder, ExceptionRow } from '../../../schemas/workflow.ts'
import { client } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { useMe } from '../app/session.tsx'
import { useLoad } from '../app/use-load.ts'
import { Dialog } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { Failure } from '../parts/panel-state.tsx'
import { Screen } from '../parts/screen.tsx'
import { Subject } from '../parts/subject.tsx'
import { useSubmission } from '../parts/submission.ts'
import { TablePanel } from '../parts/table-panel.tsx'
import { SUBJECTS } from './subjects.ts'

type Step = 'confirm' | 'refuse' | 'end'

/** Where rules are silent for a subject, until when, and who has agreed. */
export function ExceptionsScreen() {
  const { rules, app, common } = useWords()
  const { username } = useMe()
  const [asking, setAsking] = useState(false)
  const [error, setError] = useState<unknown>()
  const loaded = useLoad('exceptions', () => client.get<{ rows: ExceptionRow[] }>('/exceptions'))

  const step = async (id: string, what: Step) => {
    setError(undefined)
    await client.post(`/exceptions/${id}/${what}`).catch(setError)
    loaded.reload()
  }
  const button = (id: string, what: Step, text: string) => (
    <button key={what} type="button" className="button small" data-testid={`${what}-${id}`} onClick={() => void step(id, what)}>
      {text}
    </button>
  )
  const buttons = ({ exception_id, state, requested_by }: ExceptionRow) => {
    if (state === 'ACTIVE') return button(exception_id, 'end', rules.exception_end)
    if (state !== 'REQUESTED' || requested_by === username) return null
    return [button(exception_id, 'confirm', rules.exception_confirm), button(exception_id, 'refuse', rules.exception_refuse)]
  }
  return (
    <Screen
      title={app.exceptions}
      className="page"
      tools={
        <button type="button" className="button primary small" onClick={() => setAsking(true)}>
          {rules.exception_new}
        </button>
      }
    >
      <p className="quiet">{rules.exceptions_note}</p>
      {error !== undefined && <Failure error={error} />}
      <TablePanel
        label={app.exceptions}
        testId="exceptions"
        loaded={loaded}
        empty={rules.no_exceptions}
        keyOf={({ exception_id }) => exception_id}
        columns={[
          { head: common.detector, kind: 'code', cell: ({ detector_id }) => detector_id },
          {
            head: rules.exception_subject,
            cell: ({ subject_type, subject_id }) => <Subject type={subject_type} id={subject_id} />,
          },
          { head: common.from, cell: ({ from }) => from.slice(0, 10) },
          { head: common.to, cell: ({ to }) => to.slice(0, 10) },
          { head: common.reason, kind: 'text', cell: ({ reason }) => reason },
          { head: rules.requested_by, cell: ({ requested_by }) => requested_by },
          { head: rules.confirmed_by, cell: ({ confirmed_by }) => confirmed_by },
          { head: common.status, cell: ({ state }) => <span className="tag">{rules.exception_states[state]}</span> },
          { head: common.more, cell: (row) => <span className="actions">{buttons(row)}</span> },
        ]}
      />
      {asking && (
        <Dialog title={rules.exception_new} onClose={() => setAsking(false)}>
          <OrderForm
            onDone={() => {
              setAsking(false)
              loaded.reload()
            }}
          />
        </Dialog>
      )}
    </Screen>
  )
}

function OrderForm({ onDone }: { onDone: () => void }) {
  const { rules, common } = useWords()
  const [order, setOrder] = useState<ExceptionOrder>({
    detector_id: '',
    subject_type: 'institution',
    subject_id: '',
    to: '',
    reason: '',
  })
  const { error, busy, submit } = useSubmission(async () => {
    await client.post('/exceptions', order)
    onDone()
  })
  const change = (part: Partial<ExceptionOrder>) => setOrder((before) => ({ ...before, ...part }))
  return (
    <form className="stack" onSubmit={submit}>
      <Field label={rules.exception_detector}>
        {(ids) => (
          <input
            {...ids}
            required
            pattern="[A-Z]{3}-\d{2}"
            value={order.detector_id}
            onChange={({ target }) => change({ detector_id: target.value.toUpperCase() })}
          />
        )}
      </Field>
      <Field label={rules.exception_type}>
        {(ids) => (
          <select {...ids} value={order.subject_type} onChange={({ target }) => change({ subject_type: target.value })}>
            {SUBJECTS.map((type) => (
              <option key={type} value={type}>
                {common.subject[type]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={rules.exception_subject}>
        {(ids) => (
          <input
            {...ids}
            required
            maxLength={200}
            value={order.subject_id}
            onChange={({ target }) => change({ subject_id: target.value })}
          />
        )}
      </Field>
      <Field label={rules.exception_to}>
        {(ids) => (
          <input {...ids} type="date" required value={order.to} onChange={({ target }) => change({ to: target.value })} />
        )}
      </Field>
      <Field label={rules.exception_reason}>
        {(ids) => (
          <textarea
            {...ids}
            required
            maxLength={1000}
            value={order.reason}
            onChange={({ target }) => change({ reason: target.value })}
          />
        )}
      </Field>
      {error !== undefined && <Failure error={error} />}
      <button type="submit" className="button primary" disabled={busy}>
        {common.confirm}
      </button>
    </form>
  )
}
