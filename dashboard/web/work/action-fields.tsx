import { CASE_STEPS, DISMISSAL_REASONS } from '../../../schemas/workflow/words.ts'
import type { Measure, MeasureOrder } from '../../../schemas/workflow.ts'
import { useWords } from '../app/language.tsx'
import { Choice } from '../parts/choice.tsx'
import { Field } from '../parts/field.tsx'
import { type FormField, OTHER_NOTE_MIN, OTHER_REASON, SNOOZE_DAYS } from './action-forms.ts'
import { AssigneeField } from './assignee-field.tsx'
import { AttachmentsField } from './attachments-field.tsx'
import { MeasuresField } from './measures-field.tsx'

/** What has been filled in so far. */
export interface Draft {
  readonly reason?: string
  readonly dismissal?: string
  readonly note?: string
  readonly amount?: string
  readonly assignee?: string
  readonly statement?: string
  readonly attachments?: string[]
  readonly vote?: 'dismiss' | 'uphold'
  readonly measures?: MeasureOrder[]
  readonly measure_id?: string
  readonly step?: (typeof CASE_STEPS)[number]
  readonly days?: number
}

interface ActionFieldsProps {
  readonly fields: readonly FormField[]
  readonly draft: Draft
  readonly onChange: (change: Partial<Draft>) => void
  /** Whom attachments belong to; without it none can be added. */
  readonly alertId?: string
  readonly measures?: readonly Measure[]
  readonly stepsDone?: number
}

/** The fields of an action's form. */
export function ActionFields({ fields, draft, onChange, alertId = '', measures = [], stepsDone = 0 }: ActionFieldsProps) {
  const { work } = useWords()
  const texts = { note: work.note, statement: work.statement, reason: work.reason } as const
  return fields.map((field) => {
    switch (field) {
      case 'note':
      case 'statement':
      case 'reason':
        return (
          <Field key={field} label={texts[field]}>
            {(ids) => (
              <textarea
                {...ids}
                name={field}
                maxLength={4000}
                required={field !== 'statement'}
                minLength={field === 'note' && draft.dismissal === OTHER_REASON ? OTHER_NOTE_MIN : undefined}
                value={draft[field] ?? ''}
                onChange={({ target }) => onChange({ [field]: target.value })}
              />
            )}
          </Field>
        )
      case 'dismissal':
        return (
          <Choice
            key={field}
            label={work.reason_code}
            name={field}
            options={DISMISSAL_REASONS.map((code) => ({ value: code, text: `${code} ${work.dismissal[code]}` }))}
            value={draft.dismissal ?? ''}
            onChange={(dismissal) => onChange({ dismissal })}
          />
        )
      case 'amount':
        return (
          <Field key={field} label={work.amount}>
            {(ids) => (
              <input
                {...ids}
                name={field}
                type="number"
                min="0"
                step="0.01"
                value={draft.amount ?? ''}
                onChange={({ target }) => onChange({ amount: target.value })}
              />
            )}
          </Field>
        )
      case 'assignee':
        return <AssigneeField key={field} value={draft.assignee ?? ''} onChange={(assignee) => onChange({ assignee })} />
      case 'attachments':
        return <AttachmentsField key={field} alertId={alertId} onChange={(attachments) => onChange({ attachments })} />
      case 'vote':
        return (
          <Choice
            key={field}
            label={work.vote}
            name={field}
            options={(['uphold', 'dismiss'] as const).map((value) => ({ value, text: work.votes[value]! }))}
            value={draft.vote ?? ''}
            onChange={(vote) => onChange({ vote })}
          />
        )
      case 'step':
        return (
          <Choice
            key={field}
            label={work.step}
            name={field}
            options={CASE_STEPS.slice(stepsDone).map((value) => ({ value, text: work.steps[value]! }))}
            value={draft.step ?? ''}
            onChange={(step) => onChange({ step })}
          />
        )
      case 'days':
        return (
          <Choice
            key={field}
            label={work.days}
            name={field}
            options={SNOOZE_DAYS.map((days) => ({ value: String(days), text: String(days) }))}
            value={String(draft.days ?? '')}
            onChange={(days) => onChange({ days: Number(days) })}
          />
        )
      case 'measure_id':
        return (
          <Choice
            key={field}
            label={work.measure}
            name={field}
            options={measures
              .filter(({ executed }) => executed === null)
              .map(({ measure_id, code }) => ({ value: measure_id, text: work.measures[code] ?? code }))}
            value={draft.measure_id ?? ''}
            onChange={(measure_id) => onChange({ measure_id })}
          />
        )
      case 'measures':
        return <MeasuresField key={field} onChange={(chosen) => onChange({ measures: chosen })} />
      default:
        return null
    }
  })
}
