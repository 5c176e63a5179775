import { type FormEvent, useState } from 'react'
import type { Attachment, Notice } from '../../../schemas/workflow.ts'
import { client, codeOf, queryOf } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { Field } from '../parts/field.tsx'
import { Failure } from '../parts/panel-state.tsx'
import { Section } from '../parts/section.tsx'

interface StatementFormProps {
  readonly notice: Notice
  readonly answer: 'appeal' | 'reappeal'
  readonly onDone: () => void
}

/** The institution's answer: a statement, documents, or both. Documents are sent when they are chosen. */
export function StatementForm({ notice: { notice_id, version }, answer, onDone }: StatementFormProps) {
  const { portal } = useWords()
  const [statement, setStatement] = useState('')
  const [files, setFiles] = useState<readonly Attachment[]>([])
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const isEmpty = statement.trim() === '' && files.length === 0

  const attach = async (chosen: FileList | null) => {
    setError(undefined)
    try {
      for (const file of chosen ?? []) {
        const added = await client.post<Attachment>(`/notices/${notice_id}/attachments${queryOf({ name: file.name })}`, file)
        setFiles((before) => [...before, added])
      }
    } catch (refusal) {
      setError(refusal)
    }
  }
  const send = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      const attachments = files.map(({ attachment_id }) => attachment_id)
      await client.post(`/notices/${notice_id}/statement`, { version, statement, attachments })
      onDone()
    } catch (refusal) {
      setError(refusal)
      if (codeOf(refusal) === 'VERSION_STALE') onDone()
    }
    setBusy(false)
  }
  return (
    <Section title={portal.heard} className="card">
      <form className="stack" onSubmit={send} data-testid="statement-form">
        <Field label={portal.statement} hint={portal.statement_hint}>
          {(ids) => (
            <textarea
              {...ids}
              name="statement"
              rows={6}
              maxLength={4_000}
              value={statement}
              onChange={({ target }) => setStatement(target.value)}
            />
          )}
        </Field>
        <Field label={portal.files} hint={portal.files_hint}>
          {(ids) => <input {...ids} type="file" multiple onChange={({ target }) => void attach(target.files)} />}
        </Field>
        {files.map(({ attachment_id, name, sha256 }) => (
          <p key={attachment_id} className="quiet">
            {name} <span className="code">{sha256.slice(0, 16)}</span>
          </p>
        ))}
        {error !== undefined &&
          (codeOf(error) === 'VERSION_STALE' ? <p role="alert">{portal.overtaken}</p> : <Failure error={error} />)}
        {isEmpty && <p className="hint">{portal.empty}</p>}
        <button type="submit" className="button primary" disabled={isEmpty || busy} data-testid="send-statement">
          {portal.answers[answer]}
        </button>
      </form>
    </Section>
  )
}
