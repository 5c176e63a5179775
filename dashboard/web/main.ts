import { type Address, readAddress, writeAddress } from './address.ts'
import { api, type Me } from './api.ts'
import { Console } from './console.ts'
import { signInView } from './sign-in.ts'
import { type Language, WORDS } from './words.ts'

const LANGUAGE_KEY = 'fundwatch.language'
/** Set while a session may exist: its cookie cannot be seen from here, and asking without one is an error in every log. */
const SIGNED_IN_KEY = 'fundwatch.signed_in'
/** While somebody works on the page, the sign-in is kept from falling asleep. */
const RENEW_EVERY = 2 * 60_000

/** The page as a whole: who is signed in, what the address says, and the view that follows from both. */
class Page {
  readonly #root: HTMLElement
  #address: Address
  #me: Me | undefined
  #console: Console | undefined
  #renewed = performance.now()

  constructor(root: HTMLElement) {
    this.#root = root
    this.#address = readAddress(location.search, rememberedLanguage())
    addEventListener('popstate', () => this.#follow(readAddress(location.search, this.#address.language)))
    addEventListener('online', () => this.#console?.wake())
    addEventListener('pointerdown', () => this.#renew())
    addEventListener('keydown', (event) => this.#key(event))
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.#console?.wake())
  }

  async start(): Promise<void> {
    if (localStorage.getItem(SIGNED_IN_KEY)) this.#me = await api.me().catch(() => undefined)
    this.#show('')
  }

  /** Shows what the address says for who is signed in. */
  #show(notice: string): void {
    const { language } = this.#address
    const words = WORDS[language]
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
    document.title = words.product
    this.#console?.close()
    this.#console = undefined
    if (!this.#me) {
      const onLanguage = () => this.#change({ language: language === 'zh' ? 'en' : 'zh' })
      this.#root.replaceChildren(signInView({ words, notice, onLanguage, onDone: (me) => this.#signedIn(me) }))
      return
    }
    this.#console = new Console({
      me: this.#me,
      address: this.#address,
      onAddress: (change) => this.#change(change),
      onSignedOut: () => this.#signedOut(words.signed_out),
    })
    this.#root.replaceChildren(this.#console.element)
    this.#console.open()
  }

  #signedIn(me: Me): void {
    this.#me = me
    localStorage.setItem(SIGNED_IN_KEY, 'yes')
    this.#show('')
  }

  #signedOut(notice: string): void {
    this.#me = undefined
    localStorage.removeItem(SIGNED_IN_KEY)
    this.#show(notice)
  }

  #change(change: Partial<Address>): void {
    const before = this.#address
    this.#address = { ...before, ...change }
    history.pushState(null, '', writeAddress(this.#address))
    if (change.language) localStorage.setItem(LANGUAGE_KEY, change.language)
    // The console shows another alert by itself; another filter or language is another console.
    if (Object.keys(change).some((name) => name !== 'alert')) this.#show('')
  }

  #follow(address: Address): void {
    this.#address = address
    this.#show('')
  }

  #key(event: KeyboardEvent): void {
    this.#renew()
    const typing = event.target instanceof HTMLElement && event.target.matches('input, textarea, select')
    if (typing || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
    if (this.#console?.key(event.key)) event.preventDefault()
  }

  #renew(): void {
    if (!this.#me || performance.now() - this.#renewed < RENEW_EVERY) return
    this.#renewed = performance.now()
    api.me().catch(() => undefined)
  }
}

function rememberedLanguage(): Language {
  return localStorage.getItem(LANGUAGE_KEY) === 'en' ? 'en' : 'zh'
}

await new Page(document.getElementById('app')!).start()
