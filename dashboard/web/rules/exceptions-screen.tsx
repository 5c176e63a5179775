import { useId, useState } from 'react'
import type { ExceptionOrder, ExceptionRow } from '../../../schemas/workflow.ts'
import { client } from '../app/client.ts'
import { useSpeech, useWords } from '../app/language.tsx'
import { Link } from '../app/navigation.tsx'
import { useMe } from '../app/session.tsx'
import { useLoad } from '../app/use-load.ts'
import { Dialog } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { FormFoot } from '../parts/form-foot.tsx'
import { Failure } from '../parts/panel-state.tsx'
import { Screen } from '../parts/screen.tsx'
import { Subject } from '../parts/subject.tsx'
import { useSubmission } from '../parts/submission.ts'
import { TablePanel } from '../parts/table-panel.tsx'
import { SUBJECTS } from './subjects.ts'
import { useCatalogue } from './use-catalogue.tsx'

type Step = 'confirm' | 'refuse' | 'end'

/** Where rules are silent for a subject, until when, and who has agreed. */
export function ExceptionsScreen() {
  const { rules, app, common } = useWords()
  const { username } = useMe()
  const { titleOf } = useCatalogue()
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
    return (
      <span className="actions">
        {button(exception_id, 'confirm', rules.exception_confirm)}
        {button(exception_id, 'refuse', rules.exception_refuse)}
      </span>
    )
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
          {
            head: common.detector,
            kind: 'text',
            cell: ({ detector_id }) => (
              <Link to={`/rules/${detector_id}`}>
                {titleOf(detector_id, '')} <span className="code">{detector_id}</span>
              </Link>
            ),
          },
          {
            head: rules.exception_subject,
            kind: 'text',
            cell: ({ subject_type, subject_id }) => <Subject type={subject_type} id={subject_id} />,
          },
          { head: common.from, cell: ({ from }) => from.slice(0, 10) },
          { head: common.to, cell: ({ to }) => to.slice(0, 10) },
          { head: common.reason, kind: 'text', cell: ({ reason }) => reason },
          { head: rules.requested_by, cell: ({ requested_by }) => requested_by },
          { head: rules.confirmed_by, cell: ({ confirmed_by }) => confirmed_by },
          { head: common.status, cell: ({ state }) => <span className="tag">{rules.exception_states[state]}</span> },
          { head: common.action, cell: buttons },
        ]}
      />
      {asking && (
        <Dialog title={rules.exception_new} onClose={() => setAsking(false)}>
          <OrderForm
            onClose={() => setAsking(false)}
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

function OrderForm({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const { words, language } = useSpeech()
  const { rules, common } = words
  const { entries } = useCatalogue()
  const known = useId()
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
      <Field label={rules.exception_detector} hint={rules.exception_detector_hint}>
        {(ids) => (
          <input
            {...ids}
            required
            pattern="[A-Z]{3}-\d{2}"
            list={known}
            value={order.detector_id}
            onChange={({ target }) => change({ detector_id: target.value.toUpperCase() })}
          />
        )}
      </Field>
      <datalist id={known}>
        {entries.map(({ id, title }) => (
          <option key={id} value={id}>
            {title[language]}
          </option>
        ))}
      </datalist>
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
      <Field label={rules.exception_subject} hint={rules.exception_subject_hint}>
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
      <FormFoot submit={rules.exception_new} busy={busy} onClose={onClose} />
    </form>
  )
}
