import { client, codeOf } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { useLoad } from '../app/use-load.ts'
import { Field } from '../parts/field.tsx'
import { useRefusalText } from '../parts/refusal.ts'

interface Person {
  readonly username: string
  readonly name: string
}

/** Whom an item may be given to. */
export function AssigneeField({ value, onChange }: { value: string; onChange: (username: string) => void }) {
  const { work } = useWords()
  const refusalText = useRefusalText()
  const { data, error } = useLoad('people', () => client.get<{ rows: Person[] }>('/people'))
  return (
    <Field label={work.assignee} error={error === undefined ? '' : refusalText(codeOf(error))}>
      {(ids) => (
        <select {...ids} name="assignee" required value={value} onChange={({ target }) => onChange(target.value)}>
          <option value="" />
          {(data?.rows ?? []).map(({ username, name }) => (
            <option key={username} value={username}>
              {name ? `${name} (${username})` : username}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
