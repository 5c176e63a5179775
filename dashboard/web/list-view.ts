import type { AlertSummary } from '../../schemas/wire.ts'
import { el } from './dom.ts'
import { type Feed, ROWS_MAX } from './feed.ts'
import { formatShortTime, formatYuan } from './format.ts'
import { severityBadge } from './severity.ts'
import type { Words } from './words.ts'

interface ListViewOptions {
  readonly words: Words
  readonly feed: Feed
  readonly filtered: boolean
  /** The title of a detector in the language of the page, where the catalogue is known. */
  readonly titleOf: (row: AlertSummary) => string
  readonly onOpen: (id: string) => void
  readonly onOlder: () => void
}

/** How far the list may be scrolled before it counts as being read. */
const SCROLL_SLACK = 8

/** The live list. It is held while the pointer is over it or it is scrolled, so that no row moves from under a hand. */
export class ListView {
  readonly element: HTMLElement
  readonly #options: ListViewOptions
  readonly #list = el('ul', { class: 'rows', 'data-testid': 'rows' })
  readonly #pill: HTMLButtonElement
  readonly #foot = el('div', { class: 'foot' })
  readonly #scroller: HTMLElement
  /** Elements by alert, so that an unchanged row keeps its element, its focus and its selected text. */
  #elements = new Map<string, { row: AlertSummary; element: HTMLElement }>()
  #pointerOver = false
  #chosen = ''
  #loading = true

  constructor(options: ListViewOptions) {
    this.#options = options
    this.#pill = el('button', {
      type: 'button',
      class: 'pill',
      hidden: true,
      'data-testid': 'pill',
      onclick: () => this.release(),
    })
    this.#scroller = el('div', { class: 'scroller' }, this.#list, this.#foot)
    this.#scroller.addEventListener('scroll', () => this.#hold())
    this.#list.addEventListener('pointerenter', ({ pointerType }) => this.#hover(pointerType === 'mouse'))
    this.#list.addEventListener('pointerleave', () => this.#hover(false))
    this.element = el('section', { class: 'list', 'aria-label': options.words.live_alerts }, this.#pill, this.#scroller)
  }

  /** Shows what has waited, from the top. */
  release(): void {
    this.#scroller.scrollTop = 0
    this.#options.feed.release()
    this.paint()
  }

  choose(id: string): void {
    this.#chosen = id
    for (const [alert, { element }] of this.#elements) {
      const button = element.firstElementChild!
      if (alert === id) button.setAttribute('aria-current', 'true')
      else button.removeAttribute('aria-current')
    }
  }

  /** The id of the row so many places after the chosen or focused one, `''` at an end. */
  neighbour(step: number): string {
    const { rows } = this.#options.feed
    const here = rows.findIndex(({ alert_id }) => alert_id === (this.#focused() || this.#chosen))
    return rows[here < 0 ? 0 : here + step]?.alert_id ?? ''
  }

  focus(id: string): void {
    const button = this.#elements.get(id)?.element.firstElementChild
    if (!(button instanceof HTMLElement)) return
    for (const { element } of this.#elements.values()) element.firstElementChild!.setAttribute('tabindex', '-1')
    button.setAttribute('tabindex', '0')
    button.focus({ preventScroll: true })
    button.scrollIntoView({ block: 'nearest' })
  }

  loaded(): void {
    this.#loading = false
    this.paint()
  }

  /** Shows that the list could not be read. */
  fail(message: string, retry: () => void): void {
    const { words } = this.#options
    this.#foot.replaceChildren(
      el('p', { role: 'alert' }, message),
      el('button', { type: 'button', class: 'link', onclick: retry }, words.retry),
    )
  }

  /** Makes every row anew, where more than the rows has changed. */
  repaint(): void {
    for (const { element } of this.#elements.values()) element.remove()
    this.#elements = new Map()
    this.paint()
  }

  /** Brings the elements in line with the feed. */
  paint(): void {
    const { feed } = this.#options
    const before = this.#elements
    this.#elements = new Map()
    let place = this.#list.firstElementChild
    for (const row of feed.rows) {
      const known = before.get(row.alert_id)
      const element = known?.row === row ? known.element : this.#rowElement(row)
      if (known && known.element !== element) {
        if (place === known.element) place = place.nextElementSibling
        known.element.remove()
      }
      this.#elements.set(row.alert_id, { row, element })
      if (place === element) place = place.nextElementSibling
      else this.#list.insertBefore(element, place)
    }
    for (const [id, { element }] of before) if (!this.#elements.has(id)) element.remove()
    if (!this.#list.querySelector('[tabindex="0"]')) this.#list.querySelector('button')?.setAttribute('tabindex', '0')
    this.#paintPill()
    this.#paintFoot()
  }

  #focused(): string {
    const row = document.activeElement?.closest('li[data-id]')
    return row instanceof HTMLElement ? (row.dataset.id ?? '') : ''
  }

  #hover(over: boolean): void {
    this.#pointerOver = over
    this.#hold()
  }

  #hold(): void {
    this.#options.feed.hold(this.#pointerOver || this.#scroller.scrollTop > SCROLL_SLACK)
    this.paint()
  }

  #paintPill(): void {
    const { feed, words } = this.#options
    const { all, red } = feed.waiting
    this.#pill.hidden = all === 0
    this.#pill.textContent = `↑ ${words.new_alerts(all, red)}`
  }

  #paintFoot(): void {
    const { feed, words, filtered, onOlder } = this.#options
    if (this.#loading) return this.#foot.replaceChildren(el('p', { class: 'quiet' }, words.loading))
    if (feed.rows.length === 0) {
      return this.#foot.replaceChildren(
        el('p', { class: 'quiet', 'data-testid': 'empty' }, filtered ? words.empty_filtered : words.empty),
      )
    }
    const more = feed.older !== null && el('button', { type: 'button', class: 'link', onclick: onOlder }, words.older)
    const end = feed.trimmed ? words.trimmed(ROWS_MAX) : words.oldest
    this.#foot.replaceChildren(more || el('p', { class: 'quiet' }, end))
  }

  #rowElement(row: AlertSummary): HTMLElement {
    const { words, titleOf, onOpen } = this.#options
    const retracted = row.status === 'retracted'
    const button = el(
      'button',
      {
        type: 'button',
        class: 'row',
        tabindex: -1,
        'aria-current': row.alert_id === this.#chosen && 'true',
        onclick: () => onOpen(row.alert_id),
      },
      severityBadge(row.severity, words),
      el('span', { class: 'title' }, el('span', { class: 'name' }, titleOf(row)), el('span', { class: 'code' }, row.detector_id)),
      el('span', { class: 'amount' }, formatYuan(row.vola_amt)),
      el('span', { class: 'why', lang: 'zh-CN' }, retracted && el('span', { class: 'tag' }, words.retracted), row.why),
      el('span', { class: 'where code' }, row.fixmedins_code),
      el(
        'span',
        { class: 'when' },
        row.count > 1 && el('span', { class: 'count' }, words.folded(row.count)),
        el('time', { datetime: row.event_time }, formatShortTime(row.event_time)),
      ),
    )
    const state = retracted ? 'retracted' : 'open'
    return el('li', { 'data-id': row.alert_id, 'data-testid': `feed-row-${row.alert_id}`, 'data-state': state }, button)
  }
}
