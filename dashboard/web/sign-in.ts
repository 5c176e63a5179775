import { api, type Me, Refused } from './api.ts'
import { el } from './dom.ts'
import type { Words } from './words.ts'

interface SignInOptions {
  readonly words: Words
  /** Why the form is shown, where that needs saying. */
  readonly notice: string
  readonly onLanguage: () => void
  readonly onDone: (me: Me) => void
}

/** The form before everything. */
export function signInView({ words, notice, onLanguage, onDone }: SignInOptions): HTMLElement {
  const username = el('input', { id: 'username', name: 'username', autocomplete: 'username', required: true, maxlength: 128 })
  const password = el('input', {
    id: 'password',
    name: 'password',
    type: 'password',
    autocomplete: 'current-password',
    required: true,
    maxlength: 1024,
  })
  const complaint = el('p', { class: 'complaint', role: 'alert', 'data-testid': 'complaint' }, notice)
  const button = el('button', { class: 'primary', type: 'submit' }, words.sign_in)

  const submit = async (event: Event) => {
    event.preventDefault()
    button.disabled = true
    try {
      onDone(await api.signIn(username.value, password.value))
    } catch (error) {
      complaint.textContent = error instanceof Refused ? refusal(error, words) : String(error)
      button.disabled = false
      password.select()
    }
  }

  return el(
    'main',
    { class: 'sign-in' },
    el(
      'form',
      { onsubmit: submit },
      el('h1', {}, el('span', { class: 'mark', 'aria-hidden': 'true' }), words.product),
      el('label', { for: 'username' }, words.username),
      username,
      el('label', { for: 'password' }, words.password),
      password,
      complaint,
      button,
      el('p', { class: 'quiet' }, words.sign_in_note),
      el('button', { class: 'link', type: 'button', onclick: onLanguage }, words.other_language),
    ),
  )
}

function refusal({ code }: Refused, words: Words): string {
  if (code === 'CREDENTIALS_WRONG') return words.credentials_wrong
  if (code === 'ACCOUNT_LOCKED') return words.account_locked
  if (code === 'UNREACHABLE') return words.unreachable
  return words.failed(code)
}
