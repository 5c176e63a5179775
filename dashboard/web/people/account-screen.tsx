import { type FormEvent, useState } from 'react'
import { client, codeOf } from '../app/client.ts'
import { useWords } from '../app/language.tsx'
import type { Me } from '../app/me.ts'
import { useMe, useSession } from '../app/session.tsx'
import { Field } from '../parts/field.tsx'
import { Regions } from '../parts/regions.tsx'
import { Screen } from '../parts/screen.tsx'
import { Section } from '../parts/section.tsx'
import { PasswordForm } from './password-form.tsx'

interface TotpOffer {
  readonly secret: string
}

/** One's own roles, password and second factor. */
export function AccountScreen() {
  const { app, common } = useWords()
  const me = useMe()
  const { signedIn } = useSession()
  const [changed, setChanged] = useState(false)
  return (
    <Screen title={app.account}>
      <div className="columns">
        <Section title={me.username}>
          <dl className="facts">
            <dt>{app.roles}</dt>
            <dd>{me.roles.map((role) => common.roles[role] ?? role).join(common.and)}</dd>
            <dt>{app.scope}</dt>
            <dd>
              <Regions scope={me.scope} />
            </dd>
          </dl>
        </Section>
        <Section title={app.change_password}>
          <PasswordForm
            onChanged={(who) => {
              signedIn(who)
              setChanged(true)
            }}
          />
          {changed && <p role="status">{app.password_changed}</p>}
        </Section>
        <Section title={app.totp_title}>
          <SecondFactor />
        </Section>
      </div>
    </Screen>
  )
}

function SecondFactor() {
  const { app, common } = useWords()
  const me = useMe()
  const { signedIn } = useSession()
  const [offer, setOffer] = useState<TotpOffer>()
  const [code, setCode] = useState('')
  const [complaint, setComplaint] = useState('')

  const attempt = async (act: () => Promise<unknown>) => {
    setComplaint('')
    try {
      await act()
    } catch (error) {
      const refusal = codeOf(error)
      setComplaint(app.refusals[refusal] ?? common.problems[refusal] ?? common.failed(refusal))
    }
  }
  const start = () => attempt(async () => setOffer(await client.post<TotpOffer>('/me/totp')))
  const confirm = (event: FormEvent) => {
    event.preventDefault()
    void attempt(async () => {
      const who = await client.post<Me>('/me/totp/confirm', { code })
      setOffer(undefined)
      signedIn(who)
    })
  }

  return (
    <div className="stack">
      <p>{me.totp ? app.totp_on : app.totp_off}</p>
      {offer && (
        <form className="stack" onSubmit={confirm}>
          <p>{app.totp_secret}</p>
          <p className="code secret">{offer.secret.replace(/(.{4})/g, '$1 ')}</p>
          <Field label={app.totp}>
            {(ids) => (
              <input
                {...ids}
                inputMode="numeric"
                pattern="\d{6}"
                required
                autoComplete="one-time-code"
                value={code}
                onChange={({ target }) => setCode(target.value)}
              />
            )}
          </Field>
          <button type="submit" className="button primary">
            {app.totp_confirm}
          </button>
        </form>
      )}
      <p className="complaint" role="alert">
        {complaint}
      </p>
      {!offer && !me.totp && (
        <button type="button" className="button" onClick={() => void start()}>
          {app.totp_start}
        </button>
      )}
    </div>
  )
}
