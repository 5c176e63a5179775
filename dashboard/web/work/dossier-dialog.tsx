import { useState } from 'react'
import { client, codeOf, queryOf, Refused } from '../app/client.ts'
import { useSpeech } from '../app/language.tsx'
import { Choice } from '../parts/choice.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { FormFoot } from '../parts/form-foot.tsx'
import { Failure } from '../parts/panel-state.tsx'
import { ReasonField } from '../parts/reason-field.tsx'
import { save } from '../parts/save.ts'
import { useSubmission } from '../parts/submission.ts'

const FORMS = ['pdf', 'json'] as const
const PERSONS = ['masked', 'named'] as const

/** Where a request to see very many persons is remembered until it was agreed to. */
const keyOf = (caseId: string) => `fundwatch.dossier.${caseId}`

interface Kept {
  readonly unmasking_id: string
  readonly reason: string
}

function keptFor(caseId: string): Kept | undefined {
  const text = sessionStorage.getItem(keyOf(caseId))
  return text ? (JSON.parse(text) as Kept) : undefined
}

/** What is taken out of the house, and why: persons are masked unless a reason is given, and every taking is recorded. */
export function DossierDialog({ caseId, onClose }: { caseId: string; onClose: () => void }) {
  const { words, language } = useSpeech()
  const { work } = words
  const kept = keptFor(caseId)
  const [form, setForm] = useState<(typeof FORMS)[number]>('pdf')
  const [persons, setPersons] = useState<(typeof PERSONS)[number]>(kept ? 'named' : 'masked')
  const [reason, setReason] = useState(kept?.reason ?? '')
  const { error, busy, submit } = useSubmission(async () => {
    const named = persons === 'named' && { reason, unmasking_id: kept?.reason === reason ? kept.unmasking_id : undefined }
    const query = queryOf({ ...(form === 'pdf' && { lang: language }), ...named })
    const path = `/cases/${caseId}/dossier${form === 'pdf' ? '.pdf' : ''}${query}`
    try {
      save(await client.file(path), form === 'pdf' ? `${caseId}-${language}.pdf` : `${caseId}.json`)
    } catch (refusal) {
      if (refusal instanceof Refused && codeOf(refusal) === 'APPROVAL_REQUIRED') {
        sessionStorage.setItem(keyOf(caseId), JSON.stringify({ unmasking_id: refusal.problem.unmasking_id, reason }))
      }
      throw refusal
    }
    sessionStorage.removeItem(keyOf(caseId))
    onClose()
  })
  return (
    <Dialog title={work.dossier_take} onClose={onClose} testId="dossier-dialog">
      <form className="stack" onSubmit={submit}>
        <Choice
          label={work.dossier_form}
          name="form"
          options={FORMS.map((value) => ({ value, text: work.dossier_forms[value] }))}
          value={form}
          onChange={setForm}
        />
        <Choice
          label={work.dossier_persons}
          name="persons"
          options={PERSONS.map((value) => ({ value, text: work.dossier_names[value] }))}
          value={persons}
          onChange={setPersons}
        />
        {persons === 'named' && (
          <ReasonField label={work.dossier_reason} hint={work.dossier_reason_hint} value={reason} onChange={setReason} />
        )}
        <p className="hint">{work.dossier_recorded}</p>
        {error !== undefined && <Failure error={error} />}
        <FormFoot submit={busy ? work.dossier_making : work.dossier_go} busy={busy} onClose={onClose} />
      </form>
    </Dialog>
  )
}
