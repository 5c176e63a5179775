import { Field } from './field.tsx'

interface ReasonFieldProps {
  readonly label: string
  readonly hint?: string
  readonly value: string
  readonly onChange: (reason: string) => void
}

/** Why something is seen or taken that is written down with it: as long as the server asks for. */
export function ReasonField({ label, hint, value, onChange }: ReasonFieldProps) {
  return (
    <Field label={label} hint={hint}>
      {(ids) => (
        <textarea
          {...ids}
          name="reason"
          required
          minLength={4}
          maxLength={1000}
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </Field>
  )
}
