import { useWords } from '../app/language.tsx'
import { useSession } from '../app/session.tsx'
import { PasswordForm } from './password-form.tsx'

/** A one-time password opens nothing but this form. */
export function FirstPassword() {
  const { app } = useWords()
  const { signedIn, signOut } = useSession()
  return (
    <main className="sign-in" data-testid="first-password">
      <div className="card">
        <h1>{app.new_password_title}</h1>
        <p className="quiet">{app.new_password_note}</p>
        <PasswordForm onChanged={signedIn} />
        <button type="button" className="link" onClick={() => void signOut()}>
          {app.sign_out}
        </button>
      </div>
    </main>
  )
}
