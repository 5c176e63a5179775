import { alert } from './alert.ts'
import { app } from './app.ts'
import { common } from './common.ts'
import { feed } from './feed.ts'
import { people } from './people.ts'
import { portal } from './portal.ts'
import { records } from './records.ts'
import { rules } from './rules.ts'
import { work } from './work.ts'

export type Language = 'zh' | 'en'

const AREAS = { common, app, feed, alert, records, work, rules, people, portal }

export type Words = { readonly [Area in keyof typeof AREAS]: (typeof AREAS)[Area]['zh'] }

function inLanguage(language: Language): Words {
  return Object.fromEntries(Object.entries(AREAS).map(([area, words]) => [area, words[language]])) as unknown as Words
}

/** Everything that the page says, area by area, in both languages. */
export const WORDS: Readonly<Record<Language, Words>> = { zh: inLanguage('zh'), en: inLanguage('en') }
