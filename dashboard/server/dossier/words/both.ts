/** A word in both languages of a dossier. */
export type Both = readonly [zh: string, en: string]

export function inLanguage(table: Readonly<Record<string, Both>>, language: 'zh' | 'en'): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(table).map(([name, both]) => [name, both[language === 'zh' ? 0 : 1]]))
}
