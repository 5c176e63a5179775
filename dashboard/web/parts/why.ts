import type { AlertSummary } from '../../../schemas/wire.ts'
import type { Language } from '../words/words.ts'

/** The short sentence of a row, in the language of the page. */
export function whyOf({ why, why_en }: Pick<AlertSummary, 'why' | 'why_en'>, language: Language): string {
  return language === 'zh' ? why : why_en
}
