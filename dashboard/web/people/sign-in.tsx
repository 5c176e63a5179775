import { type FormEvent, useEffect, useState } from 'react'
import { client, codeOf } from '../app/client.ts'
import { useSpeech } from '../app/language.tsx'
import type { Me } from '../app/me.ts'
import { useSession } from '../app/session.tsx'
import { Field } from '../parts/field.tsx'

/** The form before everything; the second factor is asked for when the server wants it. */
export function SignIn() {
  const { words, language, setLanguage } = useSpeech()
  const { app, common } = words
  const { ended, signedIn } = useSession()
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [totp, setTotp] = useState('')
  const [asksTotp, setAsksTotp] = useState(false)
  const [complaint, setComplaint] = useState(ended ? app.signed_out : '')
  const [busy, setBusy] = useState(false)
  const [oidc, setOidc] = useState(false)

  useEffect(() => {
    client.get<{ enabled: boolean }>('/session/oidc').then(
      ({ enabled }) => setOidc(enabled),
      () => setOidc(false),
    )
  }, [])

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    try {
      signedIn(await client.post<Me>('/session', { username, password, ...(totp && { totp }) }))
    } catch (error) {
      const code = codeOf(error)
      if (code === 'TOTP_REQUIRED') setAsksTotp(true)
      setComplaint(app.refusals[code] ?? common.problems[code] ?? common.failed(code))
      setBusy(false)
    }
  }

  return (
    <main className="sign-in">
      <form onSubmit={submit}>
        <h1>
          <span className="mark" aria-hidden="true" />
          {common.product}
        </h1>
        {oidc && (
          <a className="button wide" href="/api/v1/session/oidc/start">
            {app.sign_in_oidc}
          </a>
        )}
        <Field label={app.username}>
          {(ids) => (
            <input
              {...ids}
              name="username"
              autoComplete="username"
              required
              maxLength={128}
              value={username}
              onChange={({ target }) => setUsername(target.value)}
            />
          )}
        </Field>
        <Field label={app.password}>
          {(ids) => (
            <input
              {...ids}
              name="password"
              type="password"
              autoComplete="current-password"
              required
              maxLength={1024}
              value={password}
              onChange={({ target }) => setPassword(target.value)}
            />
          )}
        </Field>
        {asksTotp && (
          <Field label={app.totp} hint={app.totp_hint}>
            {(ids) => (
              <input
                {...ids}
                name="totp"
                autoComplete="one-time-code"
                inputMode="numeric"
                pattern="\d{6}"
                required
                // biome-ignore lint/a11y/noAutofocus: the second step of a form that has just been sent.
                autoFocus
                value={totp}
                onChange={({ target }) => setTotp(target.value)}
              />
            )}
          </Field>
        )}
        <p className="complaint" role="alert" data-testid="complaint">
          {complaint}
        </p>
        <button className="button primary wide" type="submit" disabled={busy}>
          {app.sign_in}
        </button>
        <p className="quiet">{app.sign_in_note}</p>
        <button
          className="link"
          type="button"
          data-testid="language"
          onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}
        >
          {common.other_language}
        </button>
      </form>
    </main>
  )
}
