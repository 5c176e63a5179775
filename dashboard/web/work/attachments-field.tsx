import { useState } from 'react'
import { client, queryOf } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { Field } from '../parts/field.tsx'
import { Failure } from '../parts/panel-state.tsx'

interface Attached {
  readonly attachment_id: string
  readonly name: string
  readonly sha256: string
}

interface AttachmentsFieldProps {
  readonly alertId: string
  readonly onChange: (ids: string[]) => void
}

/** Files are sent as soon as they are chosen; the server keeps them with their hash and checks their type. */
export function AttachmentsField({ alertId, onChange }: AttachmentsFieldProps) {
  const { work } = useWords()
  const [files, setFiles] = useState<readonly Attached[]>([])
  const [error, setError] = useState<unknown>()

  const add = async (chosen: FileList | null) => {
    setError(undefined)
    let all = files
    try {
      for (const file of chosen ?? []) {
        const path = `/attachments${queryOf({ alert_id: alertId, name: file.name })}`
        all = [...all, await client.post<Attached>(path, file)]
      }
    } catch (refusal) {
      setError(refusal)
    }
    setFiles(all)
    onChange(all.map(({ attachment_id }) => attachment_id))
  }
  return (
    <>
      <Field label={work.attachments}>
        {(ids) => <input {...ids} type="file" multiple onChange={({ target }) => void add(target.files)} />}
      </Field>
      {files.map(({ attachment_id, name, sha256 }) => (
        <p key={attachment_id} className="quiet">
          {name} <span className="code">{sha256.slice(0, 16)}</span>
        </p>
      ))}
      {error !== undefined && <Failure error={error} />}
    </>
  )
}
