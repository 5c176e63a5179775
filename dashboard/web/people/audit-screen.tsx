import { type FormEvent, useState } from 'react'
import type { AuditRow } from '../../../schemas/workflow.ts'
import { queryOf } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { Field } from '../parts/field.tsx'
import { formatTime } from '../parts/format.ts'
import { Screen } from '../parts/screen.tsx'
import { TablePanel } from '../parts/table-panel.tsx'
import { usePages } from '../parts/use-pages.ts'

const NOTHING = { actor: '', object_id: '', action: '', from: '', to: '' }

/** Who did what, when, from where and why: every action, and every look behind a mask. */
export function AuditScreen() {
  const { people, work, app, common } = useWords()
  const [draft, setDraft] = useState(NOTHING)
  const [asked, setAsked] = useState(NOTHING)
  const pages = usePages<AuditRow>(`/audit${queryOf({ ...asked, limit: 100 })}`)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setAsked(draft)
  }
  const field = (name: keyof typeof NOTHING, label: string, type = 'text') => (
    <Field label={label}>
      {(ids) => (
        <input
          {...ids}
          type={type}
          maxLength={200}
          value={draft[name]}
          onChange={({ target }) => setDraft((before) => ({ ...before, [name]: target.value }))}
        />
      )}
    </Field>
  )
  return (
    <Screen title={app.audit} className="page">
      <p className="quiet">{people.audit_note}</p>
      <form className="filters" onSubmit={submit}>
        {field('actor', people.actor)}
        <Field label={common.action}>
          {(ids) => (
            <select
              {...ids}
              value={draft.action}
              onChange={({ target }) => setDraft((before) => ({ ...before, action: target.value }))}
            >
              <option value="">{common.all}</option>
              {Object.entries(work.actions).map(([action, text]) => (
                <option key={action} value={action}>
                  {text}
                </option>
              ))}
            </select>
          )}
        </Field>
        {field('object_id', people.object_id)}
        {field('from', common.from, 'date')}
        {field('to', common.to, 'date')}
        <button type="submit" className="button">
          {people.filter}
        </button>
      </form>
      <TablePanel
        label={people.audit}
        testId="audit"
        loaded={pages}
        empty={people.no_rows}
        keyOf={({ n }) => String(n)}
        columns={[
          { head: '#', kind: 'number', cell: ({ n }) => n },
          { head: common.time, cell: ({ at }) => formatTime(at) },
          { head: people.actor, cell: ({ actor }) => (actor === 'system' ? work.system : actor) },
          { head: people.address, kind: 'code', cell: ({ address }) => address },
          { head: common.action, cell: ({ action }) => work.actions[action] ?? action },
          {
            head: people.object,
            cell: ({ object_type, object_id }) => (
              <>
                {people.objects[object_type] ?? object_type} <span className="code">{object_id}</span>
              </>
            ),
          },
          { head: people.purpose, kind: 'text', cell: ({ purpose }) => purpose },
          {
            head: people.result,
            cell: ({ result }) => (result === 'done' ? people.done : (work.refusals[result] ?? app.refusals[result] ?? result)),
          },
          { head: people.hash, kind: 'code', cell: ({ hash }) => <span title={hash}>{hash.slice(0, 12)}</span> },
        ]}
      />
    </Screen>
  )
}
