import { useSpeech } from '../app/language.tsx'
import { formatArticle } from '../parts/format.ts'
import { Section } from '../parts/section.tsx'
import { lawName } from '../words/laws.ts'
import type { WholeAlert } from './whole-alert.ts'

/** Each law once, with its articles. */
export function articlesByLaw(basis: readonly WholeAlert['basis'][number][]): ReadonlyMap<string, readonly string[]> {
  const articles = new Map<string, string[]>()
  for (const { law, article } of basis) articles.set(law, [...(articles.get(law) ?? []), article])
  return articles
}

/** The articles that the finding rests on. */
export function Law({ alert: { basis } }: { alert: WholeAlert }) {
  const { words, language } = useSpeech()
  if (basis.length === 0) return null
  return (
    <Section title={words.alert.law}>
      <ul className="law" data-testid="law">
        {[...articlesByLaw(basis)].map(([law, articles]) => {
          const name = lawName(law, language)
          const written = articles.map((article) => formatArticle(article, language))
          return (
            <li key={law} lang={language === 'zh' || name === law ? 'zh-CN' : 'en'}>
              {words.alert.article(name, written.join(words.common.and))}
            </li>
          )
        })}
      </ul>
    </Section>
  )
}
