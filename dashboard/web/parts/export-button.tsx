import { useState } from 'react'
import { client, queryOf } from '../app/client.ts'
import { useSpeech } from '../app/language.tsx'
import { Dialog } from './dialog.tsx'
import { FormFoot } from './form-foot.tsx'
import { Failure } from './panel-state.tsx'
import { ReasonField } from './reason-field.tsx'
import { save } from './save.ts'
import { useSubmission } from './submission.ts'

interface ExportButtonProps {
  readonly list: 'alerts' | 'cases' | 'settlements'
  /** What the list on the screen is confined to. */
  readonly filter: Parameters<typeof queryOf>[0]
}

/** Takes the list out as a file: whoever does so says why, and the server writes it down. */
export function ExportButton({ list, filter }: ExportButtonProps) {
  const { words, language } = useSpeech()
  const { common } = words
  const [asking, setAsking] = useState(false)
  const [reason, setReason] = useState('')
  const { error, busy, submit } = useSubmission(async () => {
    save(await client.file(`/exports/${list}.csv${queryOf({ ...filter, reason, lang: language })}`), `${list}.csv`)
    setAsking(false)
    setReason('')
  })
  return (
    <>
      <button type="button" className="button small export" data-testid="export" onClick={() => setAsking(true)}>
        {common.export}
      </button>
      {asking && (
        <Dialog title={common.export_title} onClose={() => setAsking(false)} testId="export-dialog">
          <form className="stack" onSubmit={submit}>
            <p>{common.export_note}</p>
            <ReasonField label={common.export_reason} hint={common.export_hint} value={reason} onChange={setReason} />
            {error !== undefined && <Failure error={error} />}
            <FormFoot submit={common.export} busy={busy} onClose={() => setAsking(false)} />
          </form>
        </Dialog>
      )}
    </>
  )
}
