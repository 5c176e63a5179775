import type { Language } from './dossier.ts'
import { inLanguage } from './words/both.ts'
import { codesIn } from './words/codes.ts'
import { FIELDS } from './words/fields.ts'
import { PHRASES } from './words/phrases.ts'

/** Everything that a dossier says, in one language. */
function wordsIn(language: Language) {
  return { ...PHRASES[language], ...codesIn(language), fields: inLanguage(FIELDS, language) }
}

export type DossierWords = ReturnType<typeof wordsIn>
export const DOSSIER_WORDS: Readonly<Record<Language, DossierWords>> = { zh: wordsIn('zh'), en: wordsIn('en') }
