import { useState } from 'react'
import { PERSON_ROLES } from '../../../schemas/workflow/words.ts'
import type { UserRow } from '../../../schemas/workflow.ts'
import { client } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import { Field } from '../parts/field.tsx'
import { FormFoot } from '../parts/form-foot.tsx'
import { Failure } from '../parts/panel-state.tsx'
import { useSubmission } from '../parts/submission.ts'
import { oneTimePassword } from './one-time-password.ts'

interface UserFormProps {
  /** Undefined for a new one. */
  readonly user: UserRow | undefined
  /** Called with the one-time password of a new user. */
  readonly onDone: (password: string) => void
  readonly onClose: () => void
}

const listOf = (text: string) => text.split(/[\s,，、]+/).filter(Boolean)

/** A user's name, roles and what they may see. */
export function UserForm({ user, onDone, onClose }: UserFormProps) {
  const { people, app, common } = useWords()
  const [username, setUsername] = useState(user?.username ?? '')
  const [texts, setTexts] = useState({
    name: user?.name ?? '',
    scope: user?.scope.join(', ') ?? '',
    institutions: user?.institutions.join(', ') ?? '',
    recusals: user?.recusals.join(', ') ?? '',
  })
  const [roles, setRoles] = useState<readonly string[]>(user?.roles ?? [])
  const { error, busy, submit } = useSubmission(async () => {
    const order = {
      name: texts.name.trim(),
      roles,
      scope: listOf(texts.scope),
      institutions: listOf(texts.institutions),
      recusals: listOf(texts.recusals),
    }
    if (user) await client.patch(`/users/${encodeURIComponent(user.username)}`, order)
    const password = user ? '' : oneTimePassword()
    if (!user) await client.post('/users', { username, ...order, password })
    onDone(password)
  })
  const text = (name: keyof typeof texts, label: string, { hint = '', required = false } = {}) => (
    <Field label={label} hint={hint}>
      {(ids) => (
        <input
          {...ids}
          name={name}
          required={required}
          value={texts[name]}
          onChange={({ target }) => setTexts((before) => ({ ...before, [name]: target.value }))}
        />
      )}
    </Field>
  )
  return (
    <form className="stack" onSubmit={submit}>
      {!user && (
        <Field label={people.username} hint={people.username_hint}>
          {(ids) => (
            <input
              {...ids}
              name="username"
              required
              pattern="[A-Za-z0-9_.@\-]{2,128}"
              autoComplete="off"
              value={username}
              onChange={({ target }) => setUsername(target.value)}
            />
          )}
        </Field>
      )}
      {text('name', people.name)}
      <fieldset className="choice two">
        <legend>{people.roles}</legend>
        {PERSON_ROLES.map((role) => (
          <label key={role}>
            <input
              type="checkbox"
              checked={roles.includes(role)}
              onChange={({ target }) => setRoles(target.checked ? [...roles, role] : roles.filter((one) => one !== role))}
            />
            {common.roles[role]}
          </label>
        ))}
      </fieldset>
      {text('scope', app.scope, { hint: people.scope_hint, required: true })}
      {text('institutions', people.institutions, { hint: people.institutions_hint })}
      {text('recusals', people.recusals, { hint: people.recusals_hint })}
      {error !== undefined && <Failure error={error} />}
      <FormFoot submit={common.save} busy={busy} onClose={onClose} />
    </form>
  )
}
