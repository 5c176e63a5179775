import type { Counts } from '../../schemas/wire.ts'
import type { Address } from './address.ts'
import type { CatalogueEntry } from './api.ts'
import { el } from './dom.ts'
import { formatCount } from './format.ts'
import { severityBadge } from './severity.ts'
import type { Words } from './words.ts'

interface FilterBarOptions {
  readonly words: Words
  readonly address: Address
  readonly onChange: (change: Partial<Pick<Address, 'severity' | 'detectors'>>) => void
}

export interface FilterBar {
  readonly element: HTMLElement
  /** Shows how many alerts are open, per severity. */
  showCounts(counts: Counts): void
  showDetectors(detectors: readonly CatalogueEntry[]): void
}

function toggled<T>(list: readonly T[], item: T): T[] {
  return list.includes(item) ? list.filter((other) => other !== item) : [...list, item]
}

/** Severity and detector; what is chosen stands in the address bar. */
export function filterBar({ words, address, onChange }: FilterBarOptions): FilterBar {
  const numbers = new Map<number, HTMLElement>()
  const severities = [1, 2, 3, 4].map((severity) => {
    const number = el('span', { class: 'number', 'data-testid': `count-${severity}` })
    numbers.set(severity, number)
    return el(
      'button',
      {
        type: 'button',
        class: 'chip',
        'aria-pressed': String(address.severity.includes(severity)),
        'data-testid': `severity-${severity}`,
        onclick: () => onChange({ severity: toggled(address.severity, severity).sort() }),
      },
      severityBadge(severity, words),
      number,
    )
  })

  const chosen = address.detectors.length
  const options = el('div', { class: 'options' })
  const detectors = el(
    'details',
    { class: 'picker', 'data-testid': 'detectors' },
    el('summary', {}, chosen === 0 ? words.all_detectors : chosen === 1 ? address.detectors[0] : words.detectors_chosen(chosen)),
    options,
  )
  const filtered = address.severity.length > 0 || chosen > 0

  return {
    element: el(
      'nav',
      { class: 'filters', 'aria-label': words.filter_severity },
      ...severities,
      detectors,
      filtered &&
        el(
          'button',
          { type: 'button', class: 'link', 'data-testid': 'clear', onclick: () => onChange({ severity: [], detectors: [] }) },
          words.clear_filters,
        ),
    ),
    showCounts({ by_severity }) {
      for (const [severity, number] of numbers) number.textContent = formatCount(by_severity[severity] ?? 0)
    },
    showDetectors(entries) {
      const language = document.documentElement.lang === 'en' ? 'en' : 'zh'
      options.replaceChildren(
        ...entries.map(({ id, title }) => {
          const box = el('input', {
            type: 'checkbox',
            checked: address.detectors.includes(id),
            onchange: () => onChange({ detectors: toggled(address.detectors, id).sort() }),
          })
          return el('label', {}, box, el('span', { class: 'code' }, id), title[language])
        }),
      )
    },
  }
}
