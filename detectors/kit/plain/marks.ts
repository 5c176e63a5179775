/** Names beside each other in one text, whatever they hold: each hides the marks that separate it from others, as an address would. */
export interface Marks {
  hide(name: string): string
  show(text: string): string
}

const BASE = 16
const HIDDEN = /%([0-9A-F]{2})/g

/** @param separators ASCII signs that stand between names */
export function hiding(separators: string): Marks {
  const marks = new RegExp(`[%${separators}]`, 'g')
  const hidden = (mark: string) => `%${mark.charCodeAt(0).toString(BASE).toUpperCase()}`
  const shown = (_: string, code: string) => String.fromCharCode(Number.parseInt(code, BASE))
  return {
    hide: (name) => name.replace(marks, hidden),
    show: (text) => (text.includes('%') ? text.replace(HIDDEN, shown) : text),
  }
}
