interface Item {
  readonly med_list_codg: string
  readonly name: string
}

/** Of lines of which the same is said: the first item by its name, and how many others. */
export function itemsNamed(lines: readonly Item[], language: 'zh' | 'en'): string {
  const name = lines[0]?.name ?? ''
  const others = othersAmong(lines.map(({ med_list_codg }) => med_list_codg))
  if (others === 0) return name
  return language === 'zh' ? `${name}等${others + 1}项` : `${name} and ${others} other ${others === 1 ? 'item' : 'items'}`
}

/**
 * Stands before what lines come to together where what was said before is true of the first alone, such as a limit; empty
 * where it is true of all, which have the same `kind`.
 */
export function withOthers(kinds: readonly string[], language: 'zh' | 'en'): string {
  const others = othersAmong(kinds)
  if (others === 0) return ''
  return language === 'zh' ? `连同另${others}项，` : `with ${others} other ${others === 1 ? 'item' : 'items'}, `
}

function othersAmong(kinds: readonly string[]): number {
  return Math.max(0, new Set(kinds).size - 1)
}
