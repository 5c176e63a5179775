import { useSpeech } from '../app/language.tsx'
import { formatArticle, lawName } from '../parts/format.ts'
import { Section } from '../parts/section.tsx'
import type { WholeAlert } from './whole-alert.ts'

/** The articles that the finding rests on. */
export function Law({ alert: { basis } }: { alert: WholeAlert }) {
  const { words, language } = useSpeech()
  if (basis.length === 0) return null
  return (
    <Section title={words.alert.law}>
      <ul className="law" data-testid="law">
        {basis.map(({ law, article }) => {
          const name = lawName(law, language)
          return (
            <li key={`${law} ${article}`} lang={name === law ? 'zh-CN' : 'en'}>
              {words.alert.article(name, formatArticle(article, language))}
            </li>
          )
        })}
      </ul>
    </Section>
  )
}
