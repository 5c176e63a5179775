import type { AlertSummary } from '../../schemas/wire.ts'
import { type Address, filterOf } from './address.ts'
import { api, type CatalogueEntry, type Me, Refused } from './api.ts'
import { detailView } from './detail-view.ts'
import { el } from './dom.ts'
import { Feed } from './feed.ts'
import { type FilterBar, filterBar } from './filter-bar.ts'
import { formatClock } from './format.ts'
import { ListView } from './list-view.ts'
import { AlertStream, type Connection } from './stream.ts'
import { WORDS, type Words } from './words.ts'

const PAGE = 100
const PAINT_EVERY = 250
const ANNOUNCE_EVERY = 10_000

interface ConsoleOptions {
  readonly me: Me
  readonly address: Address
  readonly onAddress: (change: Partial<Address>) => void
  readonly onSignedOut: () => void
}

/** The page of someone signed in: the live list, and beside it the reasons of one alert. */
export class Console {
  readonly element: HTMLElement
  readonly #options: ConsoleOptions
  readonly #words: Words
  readonly #feed: Feed
  readonly #list: ListView
  readonly #filters: FilterBar
  readonly #stream: AlertStream
  readonly #connection = el('p', { class: 'connection', role: 'status', 'data-testid': 'conn' })
  readonly #notice = el('p', { class: 'notice', role: 'status', hidden: true, 'data-testid': 'notice' })
  readonly #spoken = el('p', { class: 'spoken', 'aria-live': 'polite' })
  readonly #panel: HTMLElement
  readonly #timers: ReturnType<typeof setInterval>[]
  #catalogue = new Map<string, CatalogueEntry>()
  #alert: string
  #added = 0
  #stale = false

  constructor(options: ConsoleOptions) {
    const { address, me } = options
    this.#options = options
    this.#words = WORDS[address.language]
    this.#alert = address.alert
    const filter = filterOf(address)
    this.#feed = new Feed(filter)
    this.#list = new ListView({
      words: this.#words,
      feed: this.#feed,
      filtered: Object.keys(filter).length > 0,
      titleOf: (row) => this.#titleOf(row),
      onOpen: (id) => this.show(id),
      onOlder: () => void this.#loadOlder(),
    })
    this.#filters = filterBar({ words: this.#words, address, onChange: options.onAddress })
    this.#panel = el('aside', { class: 'panel', 'aria-label': this.#words.why })
    this.#stream = new AlertStream(`${location.origin.replace(/^http/, 'ws')}/ws`, filter, {
      onFresh: (missed) => this.#fresh(missed),
      onBatch: ({ alerts, patches }) => this.#take(this.#feed.receive(alerts, patches), [...alerts, ...patches]),
      onCounts: (counts) => this.#filters.showCounts(counts),
      onConnection: (connection) => this.#showConnection(connection),
      onRefused: () => void this.#checkSignIn(),
    })
    this.element = el(
      'div',
      { class: 'console' },
      this.#header(me),
      this.#filters.element,
      this.#notice,
      el('main', { class: 'stage' }, this.#list.element, this.#panel),
      this.#spoken,
    )
    this.#timers = [setInterval(() => this.#paint(), PAINT_EVERY), setInterval(() => this.#announce(), ANNOUNCE_EVERY)]
  }

  open(): void {
    this.#list.paint()
    this.#stream.open()
    void this.#loadCatalogue()
    if (this.#alert) void this.#loadDetail()
    else this.#emptyPanel()
  }

  close(): void {
    this.#stream.close()
    for (const timer of this.#timers) clearInterval(timer)
  }

  /** The network or the page is back. */
  wake(): void {
    this.#stream.wake()
  }

  /** Opens an alert; `''` closes the panel. */
  show(id: string): void {
    this.#alert = id
    this.#options.onAddress({ alert: id })
    this.#list.choose(id)
    if (id) {
      void this.#loadDetail()
      return
    }
    this.#emptyPanel()
  }

  /** A key that is not typed into a field; true when it meant something. */
  key(key: string): boolean {
    if (key === 'Escape' && this.#alert) {
      const id = this.#alert
      this.show('')
      this.#list.focus(id)
    } else if (key === 'n') this.#list.release()
    else if (key === 'j' || key === 'ArrowDown') this.#move(1)
    else if (key === 'k' || key === 'ArrowUp') this.#move(-1)
    else return false
    return true
  }

  #move(step: number): void {
    const id = this.#list.neighbour(step)
    if (!id) return
    this.#list.focus(id)
    if (this.#alert) this.show(id)
  }

  #header({ username }: Me): HTMLElement {
    const words = this.#words
    const other = this.#options.address.language === 'zh' ? 'en' : 'zh'
    return el(
      'header',
      { class: 'top' },
      el('h1', {}, el('span', { class: 'mark', 'aria-hidden': 'true' }), words.product),
      this.#connection,
      el(
        'div',
        { class: 'me' },
        el(
          'button',
          {
            type: 'button',
            class: 'link',
            'data-testid': 'language',
            onclick: () => this.#options.onAddress({ language: other }),
          },
          words.other_language,
        ),
        el('span', { class: 'username' }, username),
        el(
          'button',
          { type: 'button', class: 'link', 'data-testid': 'sign-out', onclick: () => void this.#signOut() },
          words.sign_out,
        ),
      ),
    )
  }

  #titleOf({ detector_id, title }: AlertSummary): string {
    return this.#catalogue.get(detector_id)?.title[this.#options.address.language] ?? title
  }

  #fresh(missed: number): void {
    this.#notice.hidden = missed === 0
    this.#notice.textContent = missed === 0 ? '' : this.#words.missed(missed)
    void this.#load()
  }

  #take(added: number, changed: readonly { readonly alert_id: string }[]): void {
    this.#added += added
    this.#stale = true
    if (changed.some(({ alert_id }) => alert_id === this.#alert)) void this.#loadDetail()
  }

  #paint(): void {
    if (!this.#stale) return
    this.#stale = false
    this.#list.paint()
  }

  #announce(): void {
    if (this.#added > 0) this.#spoken.textContent = this.#words.new_announced(this.#added)
    this.#added = 0
  }

  #showConnection(connection: Connection): void {
    const words = this.#words
    this.#connection.dataset.state = connection.state
    if (connection.state === 'cut_off') this.#connection.textContent = words.cut_off(formatClock(connection.since))
    else if (connection.state === 'live') {
      const lag = Math.round(connection.lagMs / 1000)
      const state = connection.overloaded ? words.overloaded : words.live
      this.#connection.textContent = lag > 2 ? `${state} · ${words.lag(lag)}` : state
    } else this.#connection.textContent = words[connection.state]
  }

  async #load(): Promise<void> {
    try {
      const { rows, next } = await api.alerts(filterOf(this.#options.address), undefined, PAGE)
      this.#feed.reset(rows, next)
      this.#list.loaded()
      this.#list.choose(this.#alert)
    } catch (error) {
      this.#complain(error, () => void this.#load())
    }
  }

  async #loadOlder(): Promise<void> {
    try {
      const { rows, next } = await api.alerts(filterOf(this.#options.address), this.#feed.older ?? undefined, PAGE)
      this.#feed.append(rows, next)
      this.#list.loaded()
    } catch (error) {
      this.#complain(error, () => void this.#loadOlder())
    }
  }

  async #loadCatalogue(): Promise<void> {
    const { rows } = await api.detectors().catch(() => ({ rows: [] }))
    this.#catalogue = new Map(rows.map((entry) => [entry.id, entry]))
    this.#filters.showDetectors(rows)
    this.#list.repaint()
    if (this.#alert) void this.#loadDetail()
  }

  async #loadDetail(): Promise<void> {
    const id = this.#alert
    const { language } = this.#options.address
    const onClose = () => this.show('')
    try {
      const alert = await api.alert(id)
      if (id !== this.#alert) return
      const before = this.#panel.firstElementChild
      const view = detailView(alert, this.#catalogue.get(alert.detector_id), { words: this.#words, language, onClose })
      const scrolled = before instanceof HTMLElement && before.dataset.id === id ? this.#panel.scrollTop : 0
      this.#panel.dataset.open = 'true'
      this.#panel.replaceChildren(view)
      this.#panel.scrollTop = scrolled
    } catch (error) {
      if (id !== this.#alert) return
      const code = error instanceof Refused ? error.code : 'UNKNOWN'
      this.#panel.dataset.open = 'true'
      this.#panel.replaceChildren(
        el('p', { role: 'alert' }, this.#words.failed(code)),
        el('button', { type: 'button', class: 'link', onclick: onClose }, this.#words.close),
      )
    }
  }

  #emptyPanel(): void {
    delete this.#panel.dataset.open
    this.#panel.replaceChildren(
      el('div', { class: 'placeholder' }, el('p', {}, this.#words.choose_alert), el('p', { class: 'quiet' }, this.#words.keys)),
    )
  }

  #complain(error: unknown, retry: () => void): void {
    if (error instanceof Refused && error.status === 401) this.#options.onSignedOut()
    else if (error instanceof Refused && error.code === 'ROLE_REQUIRED') this.#list.fail(this.#words.no_reader, retry)
    else this.#list.fail(this.#words.failed(error instanceof Refused ? error.code : 'UNKNOWN'), retry)
  }

  async #checkSignIn(): Promise<void> {
    const refused = await api.me().then(
      () => false,
      (error) => error instanceof Refused && error.status === 401,
    )
    if (refused) this.#options.onSignedOut()
  }

  async #signOut(): Promise<void> {
    await api.signOut().catch(() => undefined)
    this.#options.onSignedOut()
  }
}
