import { el } from './dom.ts'
import type { Words } from './words.ts'

const SHAPES = ['', '◆', '▲', '●', '■'] as const

/** Severity by shape, word and colour; never by colour alone. */
export function severityBadge(severity: number, words: Words): HTMLElement {
  const spoken = `${words.severity[severity]} ${words.severity_colour[severity]}`
  return el(
    'span',
    { class: `badge severity-${severity}`, title: spoken },
    el('span', { 'aria-hidden': 'true' }, SHAPES[severity] ?? ''),
    ` ${words.severity[severity] ?? ''}`,
  )
}
