import { type FormEvent, useState } from 'react'
import { client, codeOf } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import type { Me } from '../app/me.ts'
import { Field } from '../parts/field.tsx'

/** Changes one's own password. */
export function PasswordForm({ onChanged }: { onChanged: (me: Me) => void }) {
  const { app, common } = useWords()
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState('')
  const [complaint, setComplaint] = useState('')
  const differs = again !== '' && again !== password

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (again !== password) return setComplaint(app.password_differs)
    try {
      onChanged(await client.post<Me>('/session/password', { current, password }))
      setCurrent('')
      setPassword('')
      setAgain('')
      setComplaint('')
    } catch (error) {
      const code = codeOf(error)
      setComplaint(app.refusals[code] ?? common.problems[code] ?? common.failed(code))
    }
  }

  const secret = (value: string, set: (value: string) => void, name: string, autoComplete: string) =>
    ({
      type: 'password',
      name,
      autoComplete,
      required: true,
      maxLength: 1024,
      value,
      onChange: ({ target }: { target: { value: string } }) => set(target.value),
    }) as const

  return (
    <form className="stack" onSubmit={submit}>
      <Field label={app.current_password}>
        {(ids) => <input {...ids} {...secret(current, setCurrent, 'current', 'current-password')} />}
      </Field>
      <Field label={app.new_password} hint={app.password_rule}>
        {(ids) => <input {...ids} {...secret(password, setPassword, 'new', 'new-password')} />}
      </Field>
      <Field label={app.repeat_password} error={differs ? app.password_differs : ''}>
        {(ids) => <input {...ids} {...secret(again, setAgain, 'again', 'new-password')} />}
      </Field>
      <p className="complaint" role="alert" data-testid="complaint">
        {complaint}
      </p>
      <button className="button primary" type="submit">
        {app.change_password}
      </button>
    </form>
  )
}
